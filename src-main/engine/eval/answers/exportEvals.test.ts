import { describe, expect, it } from "vitest";
import { evalArm, evalCase, evalRun } from "../../store/fixtures/samples.ts";
import { pairArms, toCsv, toJson, toMarkdown } from "./exportEvals.ts";

const plain = evalArm({
  mode: "plain",
  scores: { ...evalArm().scores, faithfulness: 0.7, pageCorrect: null },
});
const rag = evalArm({ scores: { ...evalArm().scores, faithfulness: 0.84 } });
const quote = evalArm({ mode: "extractive", modelId: null, model: "", quantization: "" });
const run = evalRun("a", { setName: "Odd | name", arms: [quote, plain, rag] });

describe("exported evaluations", () => {
  it("as Markdown show faithfulness without and with RAG side by side", () => {
    const text = toMarkdown([run]);
    expect(text).toContain("# Odd \\| name");
    expect(text).toContain("| Faithfulness | without RAG | with RAG |");
    expect(text).toContain("| Small Q4\\_1 | 0.700 | 0.840 |");
    expect(text).toContain("| Cited page right | 1.000 | – | 1.000 |");
    expect(text).toContain("44 of 50 sentences judged by reading (kappa 0.75)");
    expect(text).not.toContain("Orders obeyed");
    const columns = text.split("\n").filter((line) => line.startsWith("| F1"))[0];
    expect(columns?.split(" | ")).toHaveLength(4);
  });

  it("as CSV have a row for each way of answering", () => {
    const lines = toCsv([run, evalRun("b", { agreement: null })]).split("\r\n");
    expect(lines).toHaveLength(6);
    const header = lines[0]!.split(",");
    expect(header).toContain("ndcg_at_10");
    const row = Object.fromEntries(
      lines[2]!.split(",").map((value, at) => [header[at] ?? "", value] as const),
    );
    expect(row).toMatchObject({
      set: "Odd | name",
      mode: "plain",
      model: "Small",
      faithfulness: "0.7",
      page_correct: "",
      median_ms: "1250",
      agreement_kappa: "0.75",
    });
    const danger = toCsv([evalRun("c", { setName: '=HYPERLINK("x"),y' })]);
    expect(danger).toContain(`"'=HYPERLINK(""x""),y"`);
  });

  it("as JSON have every answer", () => {
    expect(JSON.parse(toJson([{ ...run, cases: [evalCase()] }]))).toEqual({
      runs: [{ ...run, cases: [evalCase()] }],
    });
  });

  it("pair models, also where one side was not measured", () => {
    const other = evalArm({ quantization: "Q8_0" });
    expect(pairArms([quote, plain, rag, other])).toEqual([
      { name: "Small Q4_1", plain, rag },
      { name: "Small Q8_0", plain: undefined, rag: other },
    ]);
  });
});
