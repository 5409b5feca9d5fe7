import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunkIdSchema } from "../../contract/ids.ts";
import { gradeEvidence, type EvidencePassage } from "../rag/evidence/gradeEvidence.ts";
import { stemSet } from "../rag/evidence/terms.ts";
import { cutTestDocument } from "./chunkTestDocument.ts";
import { evaluateAbstention } from "./evaluateAbstention.ts";
import { articleOf, tryAgain } from "./gradeCases.ts";
import type { BeirDataset } from "./loadBeir.ts";
import { declinedAt, strengthReport, tenPercentThreshold } from "./strengthReport.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hearth-eval-test-"));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

/** Stands in for a model: likeness of meaning is likeness of the words' stems. */
async function embed(texts: readonly string[]): Promise<Float32Array[]> {
  return texts.map((text) => {
    const vector = new Float32Array(64).fill(0.001);
    for (const stem of stemSet(text)) {
      let hash = 7;
      for (const letter of stem) hash = (hash * 31 + letter.charCodeAt(0)) % 64;
      vector[hash] = 1;
    }
    return vector;
  });
}

const texts: [id: string, text: string, question: string, answer: string][] = [
  [
    "Bridge#0",
    "The Arlen bridge was opened in 1931 by Hanna Voss.",
    "When was the Arlen bridge opened?",
    "1931",
  ],
  [
    "Bridge#1",
    "The Arlen bridge is painted green every spring.",
    "What colour is the Arlen bridge painted?",
    "green",
  ],
  [
    "Bees#0",
    "Bees of Orvelle visit lime trees in June.",
    "Which trees do the bees of Orvelle visit?",
    "lime",
  ],
  [
    "Bees#1",
    "Honey of Orvelle keeps for three years in the dark.",
    "How long does honey of Orvelle keep?",
    "three years",
  ],
];
const dataset: BeirDataset = {
  name: "made up",
  documents: texts.map(([id, text]) => ({ id, title: "", text })),
  queries: texts.map(([id, , text, answer]) => ({ id: `q ${id}`, text, answers: [answer] })),
  judgements: new Map(texts.map(([id]) => [`q ${id}`, new Map([[id, 1]])])),
};

describe("evaluateAbstention", () => {
  it("asks with the document, without it, without its article, and about something else", async () => {
    const stages: string[] = [];
    const result = await evaluateAbstention({
      dataset,
      other: { ...dataset, name: "another", queries: dataset.queries.slice(0, 1) },
      chunk: cutTestDocument,
      embed,
      tempDir: dir,
      onProgress: ({ stage }) => stages.push(stage),
    });
    const made = result.sources.find(({ source }) => source === "made up");
    expect(result.shipped.questions).toEqual({
      answerable: 4,
      removed: 4,
      elsewhere: 4 + (made?.questions ?? 0) + 1,
    });
    expect(made?.declined).toBe(1);
    // Without the document that answers, evidence is never stronger.
    expect(result.shipped.auroc.removed).toBeGreaterThan(0.8);
    expect(
      result.halves.map(({ fittedOn, questions }) => [fittedOn, questions.answerable]),
    ).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(result.rewriting.map(({ of, questions }) => [of, questions])).toEqual([
      ["answerable declined", 4],
      ["answerable quoted", 4],
      ["removed declined", 4],
      ["elsewhere declined", result.shipped.questions.elsewhere],
    ]);
    // More queries never decline what was answered without them.
    for (const { of, without, with: after, difference } of result.rewriting) {
      expect(difference.mean).toBeCloseTo(after - without, 9);
      if (of.endsWith("declined")) expect(after).toBeLessThanOrEqual(without);
    }
    const declined = result.rewriting.find(({ of }) => of === "elsewhere declined");
    expect(declined?.without).toBe(result.shipped.atThreshold.elsewhere);
    expect(new Set(stages)).toEqual(new Set(["indexing", "asking"]));
    expect(await readdir(dir)).toEqual([]);
  });

  it("ends when it is cancelled, and leaves nothing behind", async () => {
    const stop = new AbortController();
    const running = evaluateAbstention({
      dataset,
      chunk: cutTestDocument,
      embed,
      tempDir: dir,
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === "asking") stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("trying other queries", () => {
  const question = "When was the Arlen bridge opened?";
  const passage = (id: string, text: string): EvidencePassage => ({
    chunkId: chunkIdSchema.parse(id),
    text,
    context: "",
    sentences: [{ start: 0, end: text.length }],
  });
  const poor = [
    passage("a", "The harbour of Orvelle has a lantern."),
    passage("b", "A lantern of the harbour was repaired."),
  ];
  const gold = passage("gold", "The Arlen bridge was opened in 1931 by Hanna Voss.");
  const attempt = async (found: readonly EvidencePassage[]) => {
    const asked: string[] = [];
    const evidence = await gradeEvidence(question, poor, embed);
    const search = async (query: string): Promise<EvidencePassage[]> => {
      asked.push(query);
      return [...poor, ...found];
    };
    const tried = await tryAgain({ question, passages: poor, evidence, search, embed });
    return { asked, evidence, tried };
  };

  it("finds what the question itself did not", async () => {
    const { asked, tried } = await attempt([gold]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("lantern");
    expect(tried.declined).toBe(false);
    expect(tried.evidence.quote?.text).toBe(gold.text);
  });

  it("declines after two that found nothing new", async () => {
    const { asked, evidence, tried } = await attempt([]);
    expect(asked).toHaveLength(2);
    expect(tried).toEqual({ evidence, declined: true });
  });
});

describe("strengthReport", () => {
  const strengths = {
    answerable: [0.2, 0.5, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 0.95],
    removed: [0.1, 0.1, 0.3, 0.6],
    elsewhere: [],
  };

  it("declines below the threshold, and finds the one where one in ten is wrong", () => {
    expect(declinedAt(0.5, strengths)).toEqual({
      threshold: 0.5,
      answerable: 0.1,
      removed: 0.75,
      elsewhere: null,
    });
    expect(tenPercentThreshold(strengths.answerable)).toBe(0.5);
    const report = strengthReport(strengths);
    expect(report.atTenPercent).toEqual(declinedAt(0.5, strengths));
    expect(report.auroc).toEqual({ removed: 0.9125, elsewhere: null });
    expect(report.curve[0]).toMatchObject({ threshold: 0, answerable: 0, removed: 0 });
    expect(report.curve.at(-1)).toMatchObject({ threshold: 1, answerable: 1, removed: 1 });
  });

  it("an article is what stands before the last #", () => {
    expect(["Super_Bowl_50#0", "C#_(language)#12", "17"].map(articleOf)).toEqual([
      "Super_Bowl_50",
      "C#_(language)",
      "17",
    ]);
  });
});
