import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { candidatesFor, locateLibraries, type DeviceChoice } from "./locateLibraries.ts";

describe("candidatesFor", () => {
  it.each<[DeviceChoice, string, string, string[], string[]]>([
    ["cpu", "linux", "x64", [], ["linux-x64 0"]],
    ["cpu", "linux", "arm", [], ["linux-armv7l 0"]],
    ["cpu", "win32", "arm64", [], ["win-arm64 0"]],
    ["cpu", "darwin", "arm64", [], ["mac-arm64-metal 0"]],
    ["cpu", "darwin", "x64", [], ["mac-x64 0"]],
    ["metal", "darwin", "arm64", [], ["mac-arm64-metal -1"]],
    ["metal", "linux", "x64", [], []],
    ["auto", "darwin", "arm64", [], ["mac-arm64-metal -1"]],
    ["auto", "darwin", "x64", [], ["mac-x64 0"]],
    ["cuda", "darwin", "arm64", [], []],
    ["auto", "linux", "x64", [], ["linux-x64 0"]],
    ["auto", "linux", "x64", ["/dev/nvidiactl"], ["linux-x64-cuda -1", "linux-x64 0"]],
    ["auto", "linux", "x64", ["/dev/dri/renderD128"], ["linux-x64-vulkan -1", "linux-x64 0"]],
    ["cuda", "linux", "x64", [], ["linux-x64-cuda -1"]],
    ["vulkan", "win32", "x64", [], ["win-x64-vulkan -1"]],
  ])("%s on %s %s with %j", (device, os, cpu, present, expected) => {
    const found = candidatesFor(device, os, cpu, (path) => present.includes(path));
    expect(found.map(({ platform, gpuLayers }) => `${platform} ${gpuLayers}`)).toEqual(expected);
  });
});

describe("locateLibraries", () => {
  it("finds the installed package of this machine", () => {
    const { folder, gpuLayers } = locateLibraries({ device: "cpu", root: null });
    expect(existsSync(folder)).toBe(true);
    expect(gpuLayers).toBe(0);
  });

  it("looks in a given root, whichever way it is laid out", () => {
    const at = (present: string[]) =>
      locateLibraries({
        device: "cpu",
        os: "linux",
        cpu: "x64",
        root: "/libs",
        exists: (path) => present.includes(path),
      }).folder;
    expect(at(["/libs", "/libs/linux-x64", "/libs/linux-x64/bins/linux-x64"])).toBe(
      "/libs/linux-x64/bins/linux-x64",
    );
    expect(at(["/libs", "/libs/linux-x64"])).toBe("/libs/linux-x64");
    expect(at(["/libs"])).toBe("/libs");
  });

  it("takes the processor where the graphics package is not installed", () => {
    const found = locateLibraries({
      device: "auto",
      os: "linux",
      cpu: "x64",
      root: "/libs",
      exists: (path) => ["/dev/nvidiactl", "/libs/linux-x64"].includes(path),
    });
    expect(found).toEqual({ folder: "/libs/linux-x64", platform: "linux-x64", gpuLayers: 0 });
  });

  it("says plainly that there is none", () => {
    expect(() => locateLibraries({ device: "cpu", os: "sunos", cpu: "sparc", root: null })).toThrow(
      expect.objectContaining({ code: "library-mismatch" }),
    );
  });
});
