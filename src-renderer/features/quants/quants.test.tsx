import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import type {
  ChatQuantRun,
  QuantBenchProgress,
  QuantRow,
} from "../../../src-main/contract/quantBench.ts";
import { layOutChart, niceStep, pointsOf } from "../../../src-main/contract/quantChart.ts";
import { en } from "../../lib/strings/en.ts";
import { UiProvider } from "../../ui/UiProvider.tsx";
import { measuredRows } from "./measuredRows.ts";
import { QuantResult } from "./QuantResult.tsx";
import { describePoint, describeProgress, formatChange, verdictsOf } from "./quantView.ts";

function row(
  quantization: string,
  memory: number,
  rate: number,
  ratio: number | null,
  error = 0.002,
): QuantRow {
  return {
    modelId: quantization as ModelId,
    model: "Small",
    quantization,
    parameters: 135e6,
    bytes: memory / 2,
    reference: ratio === null,
    device: "cpu",
    gpuLayers: 0,
    threads: 2,
    contextTokens: 8192,
    loadMs: 900,
    peakBytes: memory,
    kvType: "f16",
    promptTokens: 512,
    prefill: { median: 200, samples: [200] },
    writtenTokens: 128,
    decode: { median: rate, samples: [rate] },
    firstTokenMs: { median: 700, samples: [700] },
    reading: {
      tokens: 2_000,
      perplexity: 20 * (ratio ?? 1),
      perplexityError: 0.8,
      against:
        ratio === null
          ? null
          : {
              tokens: 2_000,
              perplexityRatio: ratio,
              ratioError: error,
              divergence: 0.01,
              sameTop: 0.95,
            },
    },
    answers: null,
  };
}

const run: ChatQuantRun = {
  id: "a",
  at: Date.UTC(2026, 10, 24, 2, 14),
  hearthVersion: "0.1.0",
  libraryVersion: "b1",
  machine: { processor: "A processor", cores: 2, memoryBytes: 8e9 },
  repeats: 3,
  disturbed: false,
  kind: "chat",
  textHash: "00ff",
  questions: 0,
  seed: 1,
  rows: [
    row("F16", 600e6, 30, null),
    row("Q8_0", 450e6, 45, 1.001),
    row("Q4_K_M", 380e6, 50, 1.03),
    row("Q4_0", 360e6, 70, 1.08),
  ],
};

describe("the choice", () => {
  it("is the least memory that keeps quality, beside the fastest and the smallest", () => {
    const verdicts = verdictsOf(pointsOf(run));
    expect(verdicts.map(({ kind, point }) => [kind, point.quantization])).toEqual([
      ["finest", "F16"],
      ["sparing", "Q8_0"],
      ["fastest", "Q4_0"],
      ["smallest", "Q4_0"],
    ]);
    const fastest = verdicts[2]?.point;
    expect(fastest && describePoint(fastest, run, en)).toBe(
      "360 MB of memory, 70\u00a0tok/s, perplexity +8.0%",
    );
  });

  it("counts the error in: what may be worse is not said to keep quality", () => {
    const unsure = {
      ...run,
      rows: [row("F16", 600e6, 30, null), row("Q6_K", 9e6, 9, 1.005, 0.01)],
    };
    expect(pointsOf(unsure).map(({ keeps }) => keeps)).toEqual([true, false]);
  });

  it("is not spoken of where there is one file, or files of several models", () => {
    expect(verdictsOf(pointsOf({ ...run, rows: run.rows.slice(0, 1) }))).toEqual([]);
    const mixed = { ...run, rows: [run.rows[0]!, { ...run.rows[1]!, model: "Other" }] };
    expect(verdictsOf(pointsOf(mixed))).toEqual([]);
  });

  it("compares sizes where the system does not tell the memory of all", () => {
    const rows = [run.rows[0]!, { ...run.rows[1]!, peakBytes: null }];
    expect(pointsOf({ ...run, rows }).map(({ memory }) => memory)).toEqual([300e6, 225e6]);
  });
});

describe("the chart", () => {
  it("keeps everything inside, and no label over another", () => {
    const many = Array.from({ length: 8 }, (_, at) =>
      row(`Q${at}`, 400e6 + at * 1e6, 50 + at, at === 0 ? null : 1.0001 * at),
    );
    for (const rows of [run.rows, many]) {
      const { places, x, y } = layOutChart(pointsOf({ ...run, rows }));
      for (const place of places) {
        for (const share of [place.x, place.y, place.low, place.high, place.labelY]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }
      const start = ({ x: at, labelSide }: (typeof places)[number]): number =>
        labelSide === "right" ? at : at - 0.24;
      for (const [at, one] of places.entries()) {
        for (const other of places.slice(at + 1)) {
          const over = Math.abs(start(one) - start(other)) < 0.24;
          expect(!over || Math.abs(one.labelY - other.labelY) > 0.07).toBe(true);
        }
      }
      expect(x.ticks.at(-1)?.at).toBe(1);
      expect(y.ticks.at(-1)?.at).toBe(1);
    }
  });

  it("has round steps", () => {
    expect(niceStep(0.11, 4)).toBeCloseTo(0.05);
    expect(niceStep(630e6, 4)).toBe(200e6);
    expect(niceStep(1, 4)).toBe(0.25);
  });
});

describe("words and numbers", () => {
  it("tell changes with their sign", () => {
    expect(formatChange(0.0312, "en")).toBe("+3.1%");
    expect(formatChange(-0.004, "en")).toBe("−0.4%");
    expect(formatChange(0.0001, "en")).toBe("±0.0%");
  });

  it("say how far a comparison is", () => {
    const progress: QuantBenchProgress = {
      kind: "chat",
      startedAt: 0,
      stage: "answers",
      model: "Small",
      quantization: "Q4_0",
      file: 2,
      files: 3,
      done: 4,
      total: 12,
      fraction: 0.5,
    };
    expect(describeProgress(progress, en, 60_000)).toEqual({
      label: "Small Q4_0 answers from documents",
      fraction: 0.5,
      detail: "File 2 of 3 · 4 of 12 · about 1 min left",
    });
  });
});

it("the table says all that is drawn", () => {
  const html = renderToStaticMarkup(
    <UiProvider>
      <QuantResult run={{ ...run, disturbed: true }} />
    </UiProvider>,
  );
  expect(html).toMatch(/<figure[^>]*aria-hidden/u);
  for (const text of ["Q4_K_M", "+8.00% ± 0.20", "21.60 ± 0.80", "360 MB", "0.0100", "95%"])
    expect(html).toContain(text);
  expect(html).toContain(en.quants.disturbedHint);
  expect(html).toContain("No questions were put.");
});

describe("measuredRows", () => {
  const files = run.rows.map(({ modelId, bytes }) => ({ id: modelId, bytes }));

  it("is the newest comparison of at least two of the files", () => {
    const one = { ...run, id: "one", rows: run.rows.slice(0, 1) };
    expect(measuredRows([one, run], files)?.run.id).toBe("a");
    expect(measuredRows([one], files)).toBeNull();
  });

  it("passes over a file that was made anew", () => {
    const changed = files.map((each, at) => (at === 1 ? { ...each, bytes: 7 } : each));
    expect(measuredRows([run], changed)?.rows.map(({ quantization }) => quantization)).toEqual([
      "F16",
      "Q4_K_M",
      "Q4_0",
    ]);
  });
});
