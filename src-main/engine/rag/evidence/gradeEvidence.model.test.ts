import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkIdSchema } from "../../../contract/ids.ts";
import { splitSentences } from "../../library/chunks/splitSentences.ts";
import { startModel, testModelPath } from "../../llama/fixtures/testModels.ts";
import type { LlamaProcess } from "../../llama/LlamaProcess.ts";
import { alignSentence } from "./alignSentence.ts";
import { cosine, gradeEvidence, type Evidence } from "./gradeEvidence.ts";
import { declineBelow } from "./strengthModel.ts";

/** Three passages about things that exist nowhere. */
const texts = [
  "The lighthouse of Kessary Point was built between 1871 and 1874. Its lamp burns seal oil and can be seen from 19 nautical miles. The keeper, Oda Brannick, wrote down every ship that passed.",
  "The marsh railway carried salt from Tolvey to the harbour. It closed after the flood of 1926, and the track was sold for scrap. A short piece of the line is kept in the town's museum.",
  "Members pay a yearly fee of 42 crowns. Children under twelve may join free of charge. The club meets on the first Tuesday of each month in the old boathouse.",
];

const answerable: [question: string, answer: string][] = [
  ["When did they start to build the Kessary Point lighthouse?", "1871"],
  ["How far away is the lamp of the lighthouse visible?", "19 nautical miles"],
  ["Who recorded the ships going by?", "Oda Brannick"],
  ["What did the marsh railway transport?", "salt"],
  ["Why was the railway shut down?", "flood"],
  ["How much does membership cost per year?", "42 crowns"],
  ["where does the club get together", "boathouse"],
];
const germanTexts = [
  "Das Stauwerk Harnau liefert seit 1958 Strom für rund 4.200 Haushalte. Die Staumauer ist 37,5 Meter hoch. Geleitet wird das Werk von der Ingenieurin Ilse Brandau.",
  "Der Moorfalter legt seine Eier nur auf Wollgras. Die Raupen schlüpfen nach elf Tagen. Im Winter ruhen die Puppen unter dem Torf.",
  "Die Kündigung muss bis zum 30. September schriftlich beim Vorstand eingehen. Für Mitglieder unter 18 Jahren unterschreiben die Eltern. Der Jahresbeitrag beträgt 42 Kronen.",
];
const germanAnswerable: [question: string, answer: string][] = [
  ["Seit wann liefert das Stauwerk Harnau Strom?", "1958"],
  ["Wie hoch ist die Staumauer?", "37,5"],
  ["Wer leitet das Stauwerk Harnau?", "Ilse Brandau"],
  ["Worauf legt der Moorfalter seine Eier?", "Wollgras"],
  ["Nach wie vielen Tagen schlüpfen die Raupen?", "elf"],
  ["Bis wann muss die Kündigung eingehen?", "30. September"],
  ["Wer unterschreibt für Mitglieder unter 18 Jahren?", "Eltern"],
  ["Wie hoch ist der Jahresbeitrag?", "42 Kronen"],
];
/** The first four speak of what the passages speak of. */
const germanMissing = [
  "Wie viele Turbinen hat das Stauwerk Harnau?",
  "Welche Farbe haben die Flügel des Moorfalters?",
  "Wo wurde Ilse Brandau geboren?",
  "Wie heißt der Vorsitzende des Vereins?",
  "Was ist die Hauptstadt der Mongolei?",
  "Wie senkt Insulin den Blutzucker?",
  "Welches Sortierverfahren ist stabil?",
  "Wie viele Monde hat der Jupiter?",
];
const elsewhere = [
  "What is the capital of Mongolia?",
  "How does insulin lower blood sugar?",
  "Who painted the ceiling of the Sistine Chapel?",
  "Which sorting algorithm is stable?",
  "How many moons does Jupiter have?",
  "What temperature should bread be baked at?",
];

describe("gradeEvidence with a real embedder", () => {
  let llama: LlamaProcess;

  beforeAll(async () => {
    llama = await startModel({ modelPath: testModelPath("embedQ8"), purpose: "embedding" });
  });
  afterAll(async () => llama[Symbol.asyncDispose]());

  const embed = async (batch: readonly string[]) => (await llama.embed(batch)).vectors;

  async function grade(question: string, library: readonly string[] = texts): Promise<Evidence> {
    const [own, ...vectors] = await embed([question, ...library]);
    const passages = library.map((text, at) => ({
      chunkId: chunkIdSchema.parse(String(at)),
      text,
      context: "",
      sentences: splitSentences(text),
      likeness: cosine(own, vectors[at]),
    }));
    return gradeEvidence(
      question,
      passages.toSorted((a, b) => b.likeness - a.likeness),
      embed,
    );
  }

  // Four of these share hardly a word with the passage; a small embedder does not bridge them all.
  it("answers most questions that the passages answer, also in other words", async () => {
    const graded = await Promise.all(
      answerable.map(async ([question, answer]) => {
        const { strength, quote } = await grade(question);
        return { answered: strength >= declineBelow, right: quote?.text.includes(answer) ?? false };
      }),
    );
    expect(graded.filter(({ answered }) => answered).length).toBeGreaterThanOrEqual(5);
    expect(graded.filter(({ right }) => right).length).toBeGreaterThanOrEqual(5);
  });

  it("answers in German, and declines what is about something else and some of what is left open", async () => {
    const graded = await Promise.all(
      germanAnswerable.map(async ([question, answer]) => {
        const { strength, quote } = await grade(question, germanTexts);
        return { question, strength, right: quote?.text.includes(answer) ?? false };
      }),
    );
    const open = await Promise.all(
      germanMissing.map(async (question) => ({
        question,
        strength: (await grade(question, germanTexts)).strength,
      })),
    );
    expect(graded.filter(({ strength }) => strength >= declineBelow).length).toBeGreaterThanOrEqual(
      7,
    );
    expect(graded.filter(({ right }) => right).length).toBeGreaterThanOrEqual(7);
    expect(open.filter(({ strength }) => strength < declineBelow).length).toBeGreaterThanOrEqual(5);
  });

  it.each(elsewhere)("declines: %s", async (question) => {
    expect((await grade(question)).strength).toBeLessThan(declineBelow);
  });

  it("supports what the evidence says in other words, not what it does not say", async () => {
    const evidence = (texts[0] ?? "").split(/(?<=\.) /).map((text) => ({ text }));
    const align = async (sentence: string) =>
      (await alignSentence(sentence, evidence, embed)).support;
    expect(await align("The lighthouse at Kessary Point was built from 1871 to 1874.")).toBe(
      "supported",
    );
    expect(await align("The lighthouse at Kessary Point was built in 1902.")).toBe("unsupported");
    expect(await align("The keeper Oda Brannick wrote down the ships that passed.")).toBe(
      "supported",
    );
    expect(await align("The keeper Jon Harrow wrote down the ships that passed.")).not.toBe(
      "supported",
    );
    expect(await align("Insulin lets cells take up sugar.")).toBe("unsupported");
  });
});
