import { expect, test } from "../support/test.ts";

/** Two frames of a screen with 60 of them per second. */
const slowestMs = 33.4;
const watchedMs = 5_000;

const topics = ["a lighthouse keeper", "a night train", "an island of goats", "a clock maker"];

test("the page stays smooth while four chats stream at once", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  for (const [at, topic] of topics.entries()) {
    // By its keys: a chat that has no title yet is called like the button.
    if (at > 0) await page.keyboard.press("ControlOrMeta+Alt+n");
    await expect(hearth.answers).toHaveCount(0);
    await hearth.send(`Write a very long story about ${topic}, with many details.`);
    await expect(hearth.answers).toHaveCount(1);
  }
  const answering = hearth.sidebar.getByText("Answering");
  await expect(answering).toHaveCount(4);
  await expect
    .poll(async () => (await hearth.answerText()).length, { timeout: 60_000 })
    .toBeGreaterThan(80);
  const before = (await hearth.answerText()).length;

  const intervals = await page.evaluate(async (forMs) => {
    const times: number[] = [];
    await new Promise<void>((resolve) => {
      const onFrame = (now: number): void => {
        times.push(now);
        if (now - (times[0] ?? now) < forMs) requestAnimationFrame(onFrame);
        else resolve();
      };
      requestAnimationFrame(onFrame);
    });
    return times.slice(1).map((time, at) => time - (times[at] ?? time));
  }, watchedMs);

  // All four were at it to the end, and the visible one grew.
  await expect(answering).toHaveCount(4);
  expect((await hearth.answerText()).length).toBeGreaterThan(before);
  const sorted = intervals.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Infinity;
  const report = `frames while four chats stream: ${sorted.length}, median ${at(0.5).toFixed(1)} ms, 95 % within ${at(0.95).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms`;
  console.log(report);
  test.info().annotations.push({ type: "frames", description: report });
  expect(at(0.95), report).toBeLessThanOrEqual(slowestMs);
});
