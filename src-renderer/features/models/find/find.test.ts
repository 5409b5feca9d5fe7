import { describe, expect, it } from "vitest";
import type { Download } from "../../../../src-main/contract/downloads.ts";
import type { Fit } from "../../../../src-main/contract/fit.ts";
import type { CardFit, HubModel, Recommendation } from "../../../../src-main/contract/hub.ts";
import { getStrings } from "../../../lib/strings/index.ts";
import {
  describeCardFit,
  describeDownload,
  describeFitHere,
  describeFitNumbers,
  describeHubModel,
  describeReason,
  describeRoughFit,
  hostOf,
} from "./describeHub.ts";
import { sizeRanges } from "./sizeRanges.ts";

const strings = getStrings();

const download: Download = {
  id: "d" as Download["id"],
  repository: "some/model-GGUF",
  key: "m.Q4_K_M.gguf",
  quantization: "Q4_K_M",
  parts: 1,
  status: "downloading",
  bytes: 1_000_000_000,
  totalBytes: 2_500_000_000,
  bytesPerSecond: 10_000_000,
  remainingMs: 150_000,
  error: null,
  nextTryAt: null,
};

describe("describeDownload", () => {
  it.each([
    ["downloading", {}, /^Downloading · 1 GB of 2\.5 GB · 10 MB\/s · about 3 min left$/u],
    ["paused", { bytesPerSecond: 0 }, /^Paused · 1 GB of 2\.5 GB$/u],
    ["done", {}, /^Ready · 2\.5 GB$/u],
    ["waiting", { bytesPerSecond: 0, nextTryAt: 0 }, /^Waiting · 1 GB of 2\.5 GB · Next try at /u],
    ["verifying", { bytesPerSecond: 0 }, /^Checking that it arrived right · 1 GB of 2\.5 GB$/u],
  ] as const)("%s", (status, change, words) => {
    const text = describeDownload({ ...download, ...change, status }, strings);
    expect(text.replace(/\u00a0/gu, " ")).toMatch(words);
  });
});

describe("describeHubModel", () => {
  const model: HubModel = {
    repository: "some/model-GGUF",
    revision: null,
    task: "text-generation",
    license: "apache-2.0",
    gated: false,
    downloads: 12_345,
    likes: 6,
    updatedAt: null,
    parameters: 4e9,
    architecture: "llama",
    contextLength: 32_768,
    fit: null,
  };

  it("says what is known, and nothing for what is not", () => {
    expect(describeHubModel(model, strings)).toBe(
      "4B\u00a0parameters · 32,768\u00a0tokens\u00a0of\u00a0context · Licence\u00a0apache-2.0 · 12.3k\u00a0downloads · 6\u00a0likes",
    );
    const bare = { ...model, parameters: null, contextLength: null, license: null };
    expect(describeHubModel(bare, strings)).toBe(
      "Licence\u00a0not\u00a0stated · 12.3k\u00a0downloads · 6\u00a0likes",
    );
  });
});

describe("describeReason", () => {
  const recommendation: Recommendation = {
    repository: "a/b",
    name: "B",
    neededBytes: 3.2e9,
    memoryBytes: 16e9,
    threads: 4,
    graphics: null,
    boundBy: "processor",
  };
  const reason = (change: Partial<Recommendation>): string =>
    describeReason({ ...recommendation, ...change }, strings).replace(/\u00a0/gu, " ");

  it("names the need, the memory and what kept it from being larger", () => {
    expect(reason({})).toMatch(/^It needs about 3\.2 GB of the 16 GB here\. .* 4 threads and no/u);
    expect(reason({ threads: 1 })).toMatch(/1 thread and no/u);
    expect(reason({ boundBy: "memory" })).toMatch(/too little memory for the rest\.$/u);
    expect(reason({ graphics: "Some GPU", boundBy: "nothing" })).toMatch(
      /16 GB of Some GPU\. It is the largest/u,
    );
  });
});

describe("describeRoughFit", () => {
  it("gives both numbers", () => {
    const fit = { neededBytes: 3e9, freeBytes: 8e9, verdict: "fits" } as const;
    expect(describeRoughFit(fit, strings).replace(/\u00a0/gu, " ")).toBe(
      "about 3 GB by its size alone; 8 GB are free",
    );
  });
});

describe("whether a quantization will run well here", () => {
  const fit: Fit = {
    verdict: "cpu",
    contextTokens: 8192,
    largestContextTokens: 32_768,
    neededBytes: 3.1e9,
    freeBytes: 8e9,
    device: null,
    gpuLayers: 0,
    layers: 30,
    tokensPerSecond: 12.34,
  };
  const say = (change: Partial<Fit>): string => describeFitHere({ ...fit, ...change }, strings);

  it.each([
    [{}, "Runs well here: about 12 tokens per second."],
    [
      { tokensPerSecond: 2.21 },
      "Runs here, but writes slower than people read: about 2.2 tokens per second.",
    ],
    [{ tokensPerSecond: null }, "Runs here, on the processor."],
    [
      { verdict: "gpu", device: "Some GPU", tokensPerSecond: null },
      "Runs well here, all of it on Some GPU.",
    ],
    [
      { verdict: "split", device: "Some GPU", gpuLayers: 12 },
      "Runs here with 12 of its 31 layers on Some GPU, and the rest on the processor.",
    ],
    [
      { verdict: "tight", tokensPerSecond: 5 },
      "Just fits, at about 5 tokens per second: other programs may become slow.",
    ],
    [
      { verdict: "wont", largestContextTokens: 4096 },
      "Runs here only with a shorter context, of up to 4,096 tokens.",
    ],
    [{ verdict: "wont", largestContextTokens: 0 }, "Does not run here as things are."],
  ] as const)("%j", (change, words) => {
    expect(say(change)).toBe(words);
  });

  it("gives the numbers behind it", () => {
    const numbers = (change: Partial<Fit>): string =>
      describeFitNumbers({ ...fit, ...change }, strings).replace(/\u00a0/gu, " ");
    expect(numbers({})).toBe(
      "needs 3.1 GB with 8,192 tokens of context; 8 GB are free · up to 32,768 tokens fit",
    );
    expect(numbers({ largestContextTokens: 8192 })).not.toMatch(/fit$/u);
    expect(numbers({ verdict: "wont" })).not.toMatch(/fit$/u);
  });

  it("is told on a card by the count of parameters, and says so", () => {
    const card = (change: Partial<CardFit>): string => {
      const whole = { neededBytes: 3e9, freeBytes: 8e9, verdict: "fits", quick: true } as const;
      return describeCardFit({ ...whole, ...change }, strings).replace(/\u00a0/gu, " ");
    };
    expect(card({})).toBe("Should run well here: it takes about 3 GB in four bits.");
    expect(card({ quick: false })).toMatch(/slower than people read\.$/u);
    expect(card({ verdict: "tight" })).toMatch(/^May just fit.*8 GB are free\.$/u);
    expect(card({ verdict: "too-large", quick: false })).toMatch(/^Too large/u);
  });
});

describe("hostOf", () => {
  it.each([
    ["https://huggingface.co", "huggingface.co"],
    ["http://127.0.0.1:8080", "127.0.0.1:8080"],
    ["nonsense", ""],
    [undefined, ""],
  ])("%s", (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});

describe("sizeRanges", () => {
  it("leave no gap and overlap nowhere", () => {
    const { any: _all, ...ranges } = sizeRanges;
    const sorted = Object.values(ranges);
    for (const [index, range] of sorted.entries())
      expect(range.minParameters).toBe(sorted[index - 1]?.maxParameters ?? null);
    expect(sorted.at(-1)?.maxParameters).toBeNull();
  });
});
