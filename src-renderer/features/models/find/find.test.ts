import { describe, expect, it } from "vitest";
import type { Download } from "../../../../src-main/contract/downloads.ts";
import type { HubModel, Recommendation } from "../../../../src-main/contract/hub.ts";
import { getStrings } from "../../../lib/strings/index.ts";
import {
  describeDownload,
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
      "needs about 3 GB; 8 GB are free",
    );
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
