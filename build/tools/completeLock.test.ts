import { describe, expect, it } from "vitest";
import { completeLock, platformOf } from "./completeLock.ts";

describe("platformOf", () => {
  it.each([
    ["@lancedb/lancedb-darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
    ["@lancedb/lancedb-win32-x64-msvc", { os: ["win32"], cpu: ["x64"] }],
    ["@lancedb/lancedb-linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
    ["@node-llama-cpp/mac-arm64-metal", { os: ["darwin"], cpu: ["arm64"] }],
    ["@node-llama-cpp/win-x64-cuda-ext", { os: ["win32"], cpu: ["x64"] }],
    ["@napi-rs/canvas-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@oxfmt/binding-android-arm-eabi", { os: ["android"], cpu: ["arm"] }],
    ["@rolldown/binding-wasm32-wasi", { cpu: ["wasm32"] }],
    ["openai", undefined],
    ["windows-tools", undefined],
  ])("%s", (name, expected) => {
    expect(platformOf(name)).toEqual(expected);
  });
});

describe("completeLock", () => {
  const lock = (): Parameters<typeof completeLock>[0] => ({
    packages: {
      "": {},
      "node_modules/tool": {
        version: "2.0.0",
        dev: true,
        optionalDependencies: { "tool-linux-x64": "2.0.0", "tool-darwin-x64": "2.0.0" },
      },
      "node_modules/tool-linux-x64": { version: "2.0.0", optional: true },
    },
  });

  it("adds what is missing, and only that", () => {
    const given = lock();
    expect(completeLock(given)).toEqual(["tool-darwin-x64"]);
    expect(given.packages["node_modules/tool-darwin-x64"]).toEqual({
      version: "2.0.0",
      dev: true,
      optional: true,
      os: ["darwin"],
      cpu: ["x64"],
    });
    expect(completeLock(given)).toEqual([]);
  });

  it("finds an entry beside the package or above it", () => {
    const given = lock();
    given.packages["node_modules/tool/node_modules/tool-darwin-x64"] = { version: "2.0.0" };
    expect(completeLock(given)).toEqual([]);
  });
});
