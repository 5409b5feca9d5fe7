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

  async function grade(question: string): Promise<Evidence> {
    const [own, ...vectors] = await embed([question, ...texts]);
    const passages = texts.map((text, at) => ({
      chunkId: chunkIdSchema.parse(String(at)),
      text,
      context: "",
      sentences: splitSentences(text),
      raw: cosine(own, vectors[at]),
    }));
    const ranked = passages.toSorted((a, b) => b.raw - a.raw);
    return gradeEvidence(
      question,
      ranked.map(({ raw, ...passage }, at) => ({
        ...passage,
        explain: {
          contributions: [{ list: "vector" as const, rank: at + 1, raw, contribution: 0 }],
        },
      })),
      embed,
    );
  }

  // Two of these share hardly a word with the passage; a small embedder does not bridge them all.
  it("answers most questions that the passages answer, also in other words", async () => {
    const graded = await Promise.all(
      answerable.map(async ([question, answer]) => {
        const { strength, quote } = await grade(question);
        return { answered: strength >= declineBelow, right: quote?.text.includes(answer) ?? false };
      }),
    );
    expect(graded.filter(({ answered }) => answered).length).toBeGreaterThanOrEqual(6);
    expect(graded.filter(({ right }) => right).length).toBeGreaterThanOrEqual(5);
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
