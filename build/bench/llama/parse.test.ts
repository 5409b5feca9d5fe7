import { describe, expect, it } from "vitest";
import { parseBatchedBench, parseLlamaBench, variantsInMaps } from "./parse.ts";

describe("parseLlamaBench", () => {
  it("takes size, depth and the rate of each repetition", () => {
    const json = JSON.stringify([
      {
        build_commit: "de3ff81",
        n_prompt: 0,
        n_gen: 128,
        n_depth: 2048,
        avg_ts: 110.5,
        samples_ts: [110, 111],
      },
    ]);
    expect(parseLlamaBench(json)).toEqual([
      { promptTokens: 0, generatedTokens: 128, depth: 2048, tokensPerSecond: [110, 111] },
    ]);
  });

  it.each(["", "[]", "{}", '[{"n_prompt":0,"n_gen":1,"n_depth":0,"samples_ts":[]}]'])(
    "refuses %s",
    (json) => {
      expect(() => parseLlamaBench(json)).toThrow();
    },
  );
});

describe("parseBatchedBench", () => {
  it("finds its lines among others", () => {
    const output = [
      "build: 1 (de3ff81)",
      '{"n_kv_max": 4096, "n_batch": 2048, "pp": 128, "tg": 128, "pl": 2, "t_tg": 1.5, "speed_tg": 170.6, "t": 2, "speed": 1}',
      '{"n_kv_max": 4096, "n_batch": 2048, "pp": 128, "tg": 128, "pl": 8, "t_tg": 4.9, "speed_tg": 209.1, "t": 2, "speed": 1}',
      "",
    ].join("\n");
    expect(parseBatchedBench(output)).toEqual([
      { sequences: 2, tokensPerSecond: 170.6 },
      { sequences: 8, tokensPerSecond: 209.1 },
    ]);
  });

  it("refuses output without a result", () => {
    expect(() => parseBatchedBench("unable to load model\n")).toThrow("no result");
  });
});

it("reads the variants off a list of mapped files, each once", () => {
  const maps = [
    "7f1-7f2 r-xp 00000000 08:01 12 /opt/bins/libggml-base.so",
    "7f3-7f4 r-xp 00000000 08:01 13 /opt/bins/libggml-cpu-haswell.so",
    "7f5-7f6 rw-p 00000000 08:01 13 /opt/bins/libggml-cpu-haswell.so",
  ].join("\n");
  expect(variantsInMaps(maps)).toEqual(["haswell"]);
});
