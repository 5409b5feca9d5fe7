import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { BenchProgress, BenchRun } from "../../../src-main/contract/bench.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { en } from "../../lib/strings/en.ts";
import { UiProvider } from "../../ui/UiProvider.tsx";
import {
  compareRuns,
  describeProgress,
  describeSettings,
  firstChoice,
  formatDifference,
  formatTableRate,
  joinLabel,
  labelRuns,
} from "./benchView.ts";
import { Comparison } from "./Comparison.tsx";
import { History } from "./History.tsx";

function run(
  id: string,
  rates: Record<string, number[]>,
  fields: Partial<BenchRun> = {},
): BenchRun {
  return {
    id,
    at: new Date(2026, 10, 24, 2, 14).getTime(),
    hearthVersion: "0.1.0",
    libraryVersion: "b1",
    modelId: "small" as ModelId,
    model: "Small",
    quantization: "Q4_1",
    parameters: 135e6,
    modelBytes: 98e6,
    device: "cpu",
    gpuLayers: 0,
    threads: 2,
    contextTokens: 8192,
    kvType: null,
    machine: { processor: "A processor", cores: 2, memoryBytes: 8e9 },
    repeats: 3,
    measures: Object.entries(rates).map(([test, samples]) => ({
      test: test.startsWith("chats") ? "chats" : (test as "prefill" | "decode"),
      chats: test.startsWith("chats") ? Number(test.slice(5)) : 1,
      tokens: 64,
      tokensPerSecond: samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0,
      samples,
    })),
    disturbed: false,
    ...fields,
  };
}

const before = run("before", { prefill: [190, 200, 210], decode: [50, 40, 45], chats4: [100] });
const after = run("after", { prefill: [390, 400, 410], decode: [30, 27, 28] }, { kvType: "q8_0" });

describe("compareRuns", () => {
  it("draws each test on a scale of its own, against the first run", () => {
    const [prefill, decode, chats] = compareRuns([before, after], en);
    expect(prefill?.bars.map((bar) => bar.share)).toEqual([200 / 410, 400 / 410]);
    expect(prefill?.bars[1]).toMatchObject({
      low: 390 / 410,
      high: 1,
      difference: 1,
      fastest: true,
    });
    expect(prefill?.bars[0]).toMatchObject({ difference: undefined, fastest: false });
    expect(decode?.bars[1]?.difference).toBeCloseTo(28 / 45 - 1);
    expect(chats).toMatchObject({ key: "chats-4", chats: 4 });
    expect(chats?.bars[1]).toMatchObject({ measure: undefined, share: 0, difference: undefined });
  });

  it("labels runs by what tells them apart", () => {
    const more = { decode: [1] };
    const labels = (...runs: BenchRun[]): string[] => labelRuns(runs, en).map(joinLabel);
    expect(labels(before)).toEqual(["Q4_1"]);
    expect(labels(before, after)).toEqual(["Q4_1 · Nov 24, 02:14", "Q4_1 · Nov 24, 02:14"]);
    expect(labels({ ...before, kvType: "f16" }, after)).toEqual([
      "Q4_1 · KV f16",
      "Q4_1 · KV q8_0",
    ]);
    expect(labels(before, run("x", more, { quantization: "F16" }))).toEqual(["Q4_1", "F16"]);
    expect(labels(before, run("x", more, { model: "Large", threads: 4 }))).toEqual([
      "Small · Q4_1 · 2 threads",
      "Large · Q4_1 · 4 threads",
    ]);
    const later = new Date(2026, 10, 24, 9, 5).getTime();
    expect(labels(before, run("x", more, { at: later }))).toEqual([
      "Q4_1 · Nov 24, 02:14",
      "Q4_1 · Nov 24, 09:05",
    ]);
  });

  it("praises nothing where there is nothing to compare with", () => {
    expect(compareRuns([before], en)[0]?.bars[0]?.fastest).toBe(false);
    expect(compareRuns([], en)).toEqual([]);
  });

  it("begins with the newest few", () => {
    const runs = ["5", "4", "3", "2", "1"].map((id) => run(id, { decode: [1] }));
    expect(firstChoice(runs, 2)).toEqual(["5", "4"]);
  });
});

describe("words and numbers", () => {
  it("tell differences with their sign", () => {
    expect(formatDifference(0.183, "en")).toBe("+18%");
    expect(formatDifference(-0.04, "en")).toBe("−4%");
    expect(formatDifference(0.004, "en")).toBe("±0%");
    expect(formatDifference(-0.004, "en")).toBe("±0%");
  });

  it("give rates of a column one precision, and settings what is known", () => {
    expect(formatTableRate(41.27, "en")).toBe("41.3");
    expect(formatTableRate(41, "en")).toBe("41.0");
    expect(formatTableRate(1234.5, "en")).toBe("1,235");
    expect(describeSettings(before, en)).toBe("CPU · 2 threads · 8.2k context");
    expect(describeSettings({ ...after, device: "Vulkan0", gpuLayers: 31 }, en)).toBe(
      "Vulkan0, 31 layers on it · 2 threads · 8.2k context · KV q8_0",
    );
  });

  it("say how far a benchmark is, what it found, and how long it will take", () => {
    const progress: BenchProgress = {
      modelId: "small" as ModelId,
      model: "Small",
      quantization: "Q4_1",
      startedAt: 0,
      stage: "loading",
      chats: 1,
      repeat: 1,
      repeats: 1,
      fraction: 0,
      measures: [],
    };
    expect(describeProgress(progress, en, 500)).toEqual({
      label: "Loading Small",
      fraction: null,
      detail: "Measuring begins in a moment",
    });
    const later = describeProgress(
      {
        ...progress,
        stage: "chats",
        chats: 4,
        repeat: 2,
        repeats: 3,
        fraction: 0.5,
        measures: before.measures.slice(0, 2),
      },
      en,
      20_000,
    );
    expect(later).toEqual({
      label: "Small writes in 4 chats at once",
      fraction: 0.5,
      detail:
        "Repetition 2 of 3 · Reading 200\u00a0tok/s · Writing 45\u00a0tok/s · about 20\u00a0s left",
    });
  });
});

describe("what is drawn", () => {
  const render = (node: React.ReactNode): string =>
    renderToStaticMarkup(<UiProvider>{node}</UiProvider>);

  it("stands in words and numbers too", () => {
    const html = render(<Comparison runs={[before, after]} />);
    expect(html).toContain("4 chats at once");
    expect(html).toContain("not measured");
    expect(html).toContain("+100%");
    expect(html).toContain("first run, Q4_1 · Nov 24");
    expect(html.match(/<svg[^>]*>/g)?.every((svg) => svg.includes("aria-hidden"))).toBe(true);
  });

  it("has a table beside it, whose ticks and buttons say which run they are for", () => {
    const html = render(
      <History
        runs={[{ ...before, disturbed: true }, after]}
        chosen={["after"]}
        onChoose={() => undefined}
      />,
    );
    expect(html).toMatch(/<caption>.*tokens per second/);
    for (const header of ["Reading", "Writing", "4 chats"]) expect(html).toContain(header);
    expect(html.match(/aria-label="Compare Small · Q4_1, Nov 24, 02:14"/g)).toHaveLength(2);
    expect(html.match(/<input[^>]*checked=""/g)).toHaveLength(1);
    expect(html).toContain("Disturbed");
    expect(html).toContain(">–<");
  });
});
