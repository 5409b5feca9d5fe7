import { describe, expect, it } from "vitest";
import type { LibraryOffer } from "../../../../src-main/contract/libraries.ts";
import { getStrings } from "../../../lib/strings/index.ts";
import { describeInstall, describeOffer, lackingLibraries } from "./describeLibrary.ts";

const strings = getStrings();
const cuda: LibraryOffer = {
  name: "linux-x64-cuda",
  packageName: "@node-llama-cpp/linux-x64-cuda",
  version: "3.22.1",
  backend: "cuda",
  status: "absent",
  downloadBytes: 142_898_030,
  diskBytes: 182_435_096,
  verifiable: true,
  hasDriver: true,
  command: "npm pack @node-llama-cpp/linux-x64-cuda@3.22.1",
};
const devices = { devices: [], packages: [], auto: "cpu" };

describe("what auto lacks", () => {
  it("is named with its size where a driver is here and no graphics device is reached", () => {
    expect(lackingLibraries(devices, [cuda], strings)).toEqual([
      "There is an NVIDIA graphics device, but Hearth lacks its library (143 MB to fetch). Get it under “Graphics libraries”.",
    ]);
  });

  it.each<[string, Parameters<typeof lackingLibraries>[0], Partial<LibraryOffer>]>([
    ["before anybody has looked", null, {}],
    ["where a graphics device is reached", { ...devices, auto: "vulkan:Vulkan0" }, {}],
    ["without a driver", devices, { hasDriver: false }],
    ["of a library that is here", devices, { status: "added" }],
    ["of one that cannot be added", devices, { verifiable: false }],
  ])("is nothing %s", (_when, found, change) => {
    expect(lackingLibraries(found, [{ ...cuda, ...change }], strings)).toEqual([]);
  });
});

describe("a library in one line", () => {
  it.each<[Partial<LibraryOffer>, string]>([
    [{}, "linux-x64-cuda · 143 MB to fetch, 182 MB on the disk · a driver is here"],
    [{ status: "added", hasDriver: false }, "linux-x64-cuda · added, 182 MB · no driver was found"],
    [{ status: "shipped" }, "linux-x64-cuda · came with Hearth"],
  ])("tells its state: %j", (change, words) => {
    expect(describeOffer({ ...cuda, ...change }, strings)).toBe(words);
  });

  it("says why one that nobody checked cannot be added", () => {
    const unchecked = { ...cuda, verifiable: false, downloadBytes: null, diskBytes: null };
    expect(describeOffer(unchecked, strings)).toMatch(/cannot be added: nobody could check/);
  });

  it("tells how far it is", () => {
    const amounts = { bytes: 5e6, totalBytes: 2e7, bytesPerSecond: 1e6 };
    const progress = { ...amounts, name: cuda.name, stage: "downloading" } as const;
    expect(describeInstall(progress, strings)).toEqual({
      label: "Fetching linux-x64-cuda",
      fraction: 0.25,
      detail: expect.stringMatching(/^5\sMB of 20\sMB · 1\sMB\/s · about 15\ss left$/u) as string,
    });
  });
});
