import { describe, expect, it } from "vitest";
import type { LibrariesState, LibraryOffer } from "../../contract/libraries.ts";
import { lackingText, librariesText } from "./libraries.ts";

const offer = (change: Partial<LibraryOffer>): LibraryOffer => ({
  name: "linux-x64-vulkan",
  packageName: "@node-llama-cpp/linux-x64-vulkan",
  version: "3.22.1",
  backend: "vulkan",
  status: "absent",
  downloadBytes: 24_300_000,
  diskBytes: 66_700_000,
  verifiable: true,
  hasDriver: true,
  command: "npm pack @node-llama-cpp/linux-x64-vulkan@3.22.1",
  ...change,
});
const state = (offers: LibraryOffer[], address: string | null): LibrariesState => ({
  ...{ offers, folder: "/home/libraries", installing: null, failed: null },
  registry: { address, from: address === null ? "none" : "setting", problem: null },
});

describe("the list of libraries", () => {
  it("tells of each what it is and takes, and how to get it", () => {
    const text = librariesText(state([offer({})], null));
    expect(text).toMatch(/linux-x64-vulkan +not here +24.3 MB +66.7 MB +found/);
    expect(text).toContain("bring the file: npm pack @node-llama-cpp/linux-x64-vulkan@3.22.1");
    expect(librariesText(state([offer({})], "https://r.example"))).toContain(
      "Fetched from https://r.example\n",
    );
  });

  it("says of one that nobody could check that it is not installed", () => {
    const unchecked = offer({ verifiable: false, downloadBytes: null, diskBytes: null });
    expect(librariesText(state([unchecked], null))).toContain("never checked, so not installed");
    expect(librariesText(state([], null))).toContain("no graphics libraries for this kind");
  });
});

describe("what is lacking", () => {
  const devices = { devices: [], packages: [], auto: "cpu" };

  it("is told where a driver is here and no graphics device is reached", () => {
    const offers = [
      offer({}),
      offer({ name: "linux-x64-cuda", hasDriver: false }),
      offer({ name: "win-x64-cuda", verifiable: false }),
    ];
    expect(lackingText(devices, offers)).toBe(
      "A driver for linux-x64-vulkan is here, its library is not: hearth libraries install linux-x64-vulkan (24.3 MB)\n",
    );
    expect(lackingText({ ...devices, auto: "vulkan:Vulkan0" }, offers)).toBe("");
    expect(lackingText(devices, [offer({ status: "added" })])).toBe("");
  });
});
