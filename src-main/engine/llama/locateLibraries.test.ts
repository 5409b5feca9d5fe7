import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  candidatesFor,
  graphicsLikely,
  libraryPackages,
  locateLibraries,
  type DeviceChoice,
} from "./locateLibraries.ts";

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
    [
      "auto",
      "linux",
      "x64",
      ["/usr/lib/wsl/lib/libcuda.so.1"],
      ["linux-x64-cuda -1", "linux-x64 0"],
    ],
    ["auto", "linux", "x64", ["/dev/dri/renderD129"], ["linux-x64-vulkan -1", "linux-x64 0"]],
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
        list: () => ["libggml.so", "libllama.v0.5.0.so"],
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

  it("takes a bare folder of libraries only for what it was built for", () => {
    const root = (device: DeviceChoice, name: string) => () =>
      locateLibraries({
        device,
        os: "linux",
        cpu: "x64",
        root: "/libs",
        exists: () => false,
        list: () => [name],
      }).platform;
    expect(root("vulkan", "libllama.vulkan.v0.5.0.so")()).toBe("linux-x64-vulkan");
    expect(root("cpu", "libllama.v0.5.0.so")()).toBe("linux-x64");
    expect(root("vulkan", "libllama.v0.5.0.so")).toThrow(/no llama.cpp library for vulkan/);
    expect(root("cpu", "readme.txt")).toThrow(/no llama.cpp library/);
  });

  it("says plainly that there is none", () => {
    expect(() => locateLibraries({ device: "cpu", os: "sunos", cpu: "sparc", root: null })).toThrow(
      expect.objectContaining({ code: "library-mismatch" }),
    );
  });
});

describe("libraryPackages", () => {
  it.each<[string, string, string[]]>([
    ["linux", "x64", ["cpu linux-x64", "cuda linux-x64-cuda", "vulkan linux-x64-vulkan"]],
    ["win32", "x64", ["cpu win-x64", "cuda win-x64-cuda", "vulkan win-x64-vulkan"]],
    ["linux", "arm64", ["cpu linux-arm64"]],
    ["win32", "arm64", ["cpu win-arm64"]],
    ["darwin", "arm64", ["cpu mac-arm64-metal", "metal mac-arm64-metal"]],
    ["darwin", "x64", ["cpu mac-x64"]],
  ])("on %s %s", (os, cpu, expected) => {
    const found = libraryPackages({ os, cpu, root: "/libs", exists: () => false, list: () => [] });
    expect(found.map(({ backend, platform }) => `${backend} ${platform}`)).toEqual(expected);
    expect(found.every(({ folder }) => folder === null)).toBe(true);
  });

  it("says where an installed one lies", () => {
    const found = libraryPackages({
      os: "linux",
      cpu: "x64",
      root: "/libs",
      exists: (path) => path === "/libs/linux-x64-vulkan",
      list: () => [],
    });
    expect(found.find(({ backend }) => backend === "vulkan")?.folder).toBe(
      "/libs/linux-x64-vulkan",
    );
  });
});

describe("graphicsLikely", () => {
  it.each<[string, string, string[], boolean]>([
    ["linux", "x64", [], false],
    ["linux", "x64", ["/dev/nvidiactl"], true],
    ["darwin", "arm64", [], true],
    ["darwin", "x64", [], false],
    ["win32", "x64", ["C:\\Windows\\System32\\vulkan-1.dll"], true],
  ])("on %s %s with %j: %s", (os, cpu, present, expected) => {
    expect(graphicsLikely(os, cpu, (path) => present.includes(path))).toBe(expected);
  });
});
