import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { EvalArm, EvalRun } from "../../../src-main/contract/evals.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { en } from "../../lib/strings/en.ts";
import { UiProvider } from "../../ui/UiProvider.tsx";
import { EvalComparison } from "./EvalComparison.tsx";
import { EvalHistory } from "./EvalHistory.tsx";
import {
  compareArms,
  describeProgress,
  faithfulnessRows,
  firstChoice,
  formatGain,
} from "./evalView.ts";
import { anyDocument, readQuestion } from "./readQuestion.ts";

function arm(
  mode: EvalArm["mode"],
  faithfulness: number | null,
  fields: Partial<EvalArm> = {},
): EvalArm {
  return {
    mode,
    modelId: "small" as ModelId,
    model: "Small",
    quantization: "Q4_1",
    done: 10,
    scores: {
      recallAt1: null,
      recallAt5: null,
      recallAt10: null,
      mrrAt10: null,
      ndcgAt10: null,
      citationPrecision: null,
      citationRecall: null,
      pageCorrect: mode === "plain" ? null : 1,
      goldInQuote: null,
      exactMatch: null,
      f1: null,
      contained: 0.5,
      faithfulness,
      obeyed: null,
      repeatedOrder: null,
    },
    sentences: 20,
    abstention: { answered: 7, wronglyDeclined: 1, wronglyAnswered: 0, declined: 2 },
    medianMs: 1_500,
    ...fields,
  };
}

function run(id: string, arms: EvalArm[], fields: Partial<EvalRun> = {}): EvalRun {
  return {
    id,
    at: new Date(2026, 10, 24, 2, 14).getTime(),
    hearthVersion: "0.1.0",
    status: "complete",
    setId: "invented",
    setName: "Invented facts",
    setKind: "invented",
    dataDir: null,
    setHash: "0",
    seed: 1,
    questions: 10,
    documents: 50,
    embedder: "Embedder",
    requests: 0,
    agreement: { cases: 50, agreed: 44, kappa: 0.75 },
    arms,
    ...fields,
  };
}

const quote = arm("extractive", null, { modelId: null, model: "", quantization: "" });
const one = run("one", [quote, arm("plain", 0.7), arm("rag", 0.84)]);
const large = { quantization: "Q8_0" };
const two = run("two", [arm("plain", 0.6, large), arm("rag", null, large)], { setId: "mine" });

describe("ways of answering", () => {
  it("are called by what tells them apart", () => {
    const labels = (...runs: EvalRun[]): string[] =>
      compareArms(runs, en).map(({ label }) => label);
    expect(labels(one)).toEqual(["Quote alone", "Without RAG", "With RAG"]);
    expect(labels(one, two)).toEqual([
      "Quote alone",
      "Without RAG · Q4_1",
      "With RAG · Q4_1",
      "Without RAG · Q8_0",
      "With RAG · Q8_0",
    ]);
    const later = run("later", [quote], { at: new Date(2026, 10, 25, 9, 5).getTime() });
    expect(labels(run("x", [quote]), later)).toEqual([
      "Quote alone · Nov 24, 02:14",
      "Quote alone · Nov 25, 09:05",
    ]);
    expect(labels(run("x", [quote]), run("y", [quote], { setName: "Mine" }))).toEqual([
      "Quote alone · Invented facts",
      "Quote alone · Mine",
    ]);
  });

  it("are paired for faithfulness, without and with documents", () => {
    expect(faithfulnessRows([one], en)).toEqual([
      { key: "one Small Q4_1", name: "Small Q4_1", plain: 0.7, rag: 0.84 },
    ]);
    expect(faithfulnessRows([one, two], en)[1]).toMatchObject({
      name: "Small Q8_0 · Invented facts · Nov 24, 02:14",
      plain: 0.6,
      rag: null,
    });
  });

  it("begin with the newest run of each set", () => {
    expect(firstChoice([one, run("older", []), two])).toEqual(["one", "two"]);
  });

  it("differ with a sign", () => {
    expect(formatGain(0.14, "en")).toBe("+0.14");
    expect(formatGain(-0.02, "en")).toBe("−0.02");
    expect(formatGain(-0.001, "en")).toBe("±0.00");
  });
});

describe("how far it is", () => {
  const progress = {
    setName: "Invented facts",
    startedAt: 0,
    stage: "reading",
    mode: null,
    model: "",
    done: 10,
    total: 50,
    msLeft: null,
  } as const;

  it("is said for documents and for answers", () => {
    expect(describeProgress(progress, en)).toEqual({
      label: "Reading the documents of “Invented facts”",
      fraction: 0.2,
      detail: "10 of 50 documents",
    });
    const answering = {
      ...progress,
      stage: "answering",
      mode: "rag",
      model: "Small Q4_1",
    } as const;
    expect(describeProgress(answering, en)).toMatchObject({
      label: "With RAG · Small Q4_1 · Invented facts",
      detail: "10 of 50 answers",
    });
    expect(describeProgress({ ...answering, msLeft: 61_000 }, en).detail).toBe(
      "10 of 50 answers · about 1 min left",
    );
    expect(describeProgress({ ...progress, done: 0, total: 0 }, en).fraction).toBeNull();
  });
});

describe("a typed question", () => {
  const typed = {
    question: " Who leads? ",
    answers: "Oda Brandt | O. Brandt |",
    documentId: "d1",
    page: "3",
    answerable: true,
  };

  it("is read with its answers and its place", () => {
    expect(readQuestion(typed)).toEqual({
      question: "Who leads?",
      answers: ["Oda Brandt", "O. Brandt"],
      goldDocument: "d1",
      goldPages: [3],
      goldText: null,
      answerable: true,
      order: null,
    });
    expect(readQuestion({ ...typed, answerable: false })).toMatchObject({
      answers: [],
      goldDocument: null,
      answerable: false,
    });
    expect(readQuestion({ ...typed, documentId: anyDocument })).toMatchObject({ goldPages: [] });
  });

  it("waits for what is missing", () => {
    expect(readQuestion({ ...typed, question: " " })).toBeNull();
    expect(readQuestion({ ...typed, answers: "", documentId: anyDocument })).toBeNull();
    expect(readQuestion({ ...typed, answers: "" })).not.toBeNull();
    for (const page of ["0", "x", "3.5", "-1"])
      expect(readQuestion({ ...typed, page })).toBe("page");
  });
});

describe("what is drawn", () => {
  const render = (node: React.ReactNode): string =>
    renderToStaticMarkup(<UiProvider>{node}</UiProvider>);

  it("stands in words and numbers too", () => {
    const html = render(<EvalComparison runs={[one]} />);
    expect(html).toContain("+0.14");
    expect(html).toContain("44 of 50 sentences (kappa 0.75)");
    expect(html).toContain("Cited page right");
    // What no way of answering has is not drawn, and what does not apply to one has no bar.
    expect(html).not.toContain("Orders obeyed");
    const pages = /Cited page right.*?<\/figure>/u.exec(html)?.[0];
    expect(pages?.match(/<li/gu)).toHaveLength(2);
    expect(html).toContain("7 of 8");
    expect(html).toContain("network meanwhile: 0.");
    expect(html.match(/<svg[^>]*>/g)?.every((svg) => svg.includes("aria-hidden"))).toBe(true);
    expect(render(<EvalComparison runs={[]} />)).toContain(en.evals.compareNone);
  });

  it("has a history, where a stopped run can be gone on with", () => {
    const html = render(
      <EvalHistory
        runs={[one, { ...two, status: "stopped" }]}
        chosen={["one"]}
        busy={false}
        onChoose={() => undefined}
      />,
    );
    expect(html.match(/<input[^>]*checked=""/g)).toHaveLength(1);
    expect(html).toContain("Stopped");
    expect(html.match(/aria-label="Go on with/g)).toHaveLength(1);
    expect(html.match(/aria-label="Delete Invented facts, Nov 24, 02:14"/g)).toHaveLength(2);
  });
});
