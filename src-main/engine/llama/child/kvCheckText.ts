/**
 * The text on which KV types are compared: prose, names that come again much later, numbers, a list,
 * code, and other languages, because a coarse cache shows first where something has to be recalled.
 */
export const kvCheckText = `The harbour master of Velm, Ingrid Thorsen, wrote in her log on 14 March 1931 that the ferry Albatross had left with 212 passengers and a cargo of 38 crates of dried fish. The wind came from the north-west at 19 knots. She asked her clerk, Mattis Brekke, to send word to the lighthouse at Skarv, where the lamp had failed twice that week.

Brekke took the road along the shore. It had rained for four days, and the bridge over the Lune stood under water, so he went up the valley to the old mill and crossed there. At the lighthouse he found the keeper's daughter, Solveig, alone with the machine. "My father rowed out to the buoy," she said, "and the spare mantle is in the blue box, but the key is with him." They broke the lock with an oar, and by six o'clock the lamp of Skarv burned again, three flashes every twelve seconds.

What they had agreed on for such nights was written on a card beside the door:
1. Light the lamp before dusk and note the time.
2. If the mantle fails, take the spare one from the blue box.
3. Send a rider to the harbour master in Velm.
4. Ring the bell once a minute until help has come.

function tide(hours, range) {
  const period = 12.42;
  const phase = (2 * Math.PI * hours) / period;
  return (range / 2) * (1 + Math.cos(phase));
}
console.log(tide(0, 3.6)); // 3.6
console.log(tide(6.21, 3.6)); // 0

Die Fähre kam erst am nächsten Morgen zurück. Le capitaine n'avait pas vu la lumière avant minuit. El mar estaba tranquilo cuando por fin entraron en el puerto.

When the Albatross returned, all 212 passengers were on board, and of the 38 crates of dried fish not one was missing. Ingrid Thorsen thanked Mattis Brekke in front of the whole town of Velm, and she had the lock of the blue box replaced by a hook. The keeper of the lighthouse at Skarv, who had spent the night on the buoy, asked only one thing: that the key should never again be with him alone. His daughter Solveig kept the card beside the door, and under the fourth line she wrote a fifth: Tell two people where the key is.`;
