import path from "node:path";
import { describe, expect, it } from "vitest";
import { safeFileName, safePathBelow } from "./safeFileName.ts";

describe("safeFileName", () => {
  it.each([
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "model.safetensors",
    "all-MiniLM-L6-v2.F16.gguf",
    "big-00001-of-00003.gguf",
    "Model (new) v1.0+fix.gguf",
    "console.gguf",
    "nullable.gguf",
    "_private.gguf",
  ])("takes %s", (name) => {
    expect(safeFileName(name)).toBe(name);
  });

  it.each([
    [""],
    ["."],
    [".."],
    ["../x.gguf"],
    ["..\\x.gguf"],
    ["a\\..\\..\\x.gguf"],
    ["a/b.gguf"],
    ["/etc/passwd"],
    ["C:\\Windows\\x.gguf"],
    ["C:x.gguf"],
    ["\\\\server\\share\\x.gguf"],
    ["//server/share"],
    ["..%2fx.gguf"],
    ["%2e%2e%5cx.gguf"],
    ["x%00.gguf"],
    ["x.gguf\0.txt"],
    ["x\n.gguf"],
    ["x\u001b[31m.gguf"],
    ["CON"],
    ["con.gguf"],
    ["Aux.tar.gguf"],
    ["NUL.gguf"],
    ["com1.gguf"],
    ["LPT9"],
    ["COM\u00b9.gguf"],
    ["x.gguf."],
    ["x.gguf "],
    [" x.gguf"],
    [".hidden.gguf"],
    ["-rf.gguf"],
    ["x.gguf:stream"],
    ["x|y"],
    ["x*.gguf"],
    ["~/x.gguf"],
    ["$HOME.gguf"],
    ["`id`.gguf"],
    ["a..b.gguf"],
    ["x".repeat(300)],
    ["\u2025\uff0fx.gguf"],
    ["\u2024\u2024\u2215x.gguf"],
    ["a\uff3cb.gguf"],
    ["Sm\u043elLM2.gguf"],
    ["x\u202efugg.gguf"],
    ["x\u200b.gguf"],
    ["\ud800.gguf"],
    ["\u00e9.gguf"],
  ])("refuses %j", (name) => {
    expect(() => safeFileName(name)).toThrow(/refused a file name/u);
  });
});

describe("safePathBelow", () => {
  it("joins honest folders", () => {
    expect(safePathBelow("/models", "Q4/a.gguf")).toBe(path.join("/models", "Q4", "a.gguf"));
  });
  it.each(["../a.gguf", "a/../b.gguf", "/a.gguf", "a//b.gguf", "a/b/c/d/e.gguf", "a/", ""])(
    "refuses %j",
    (name) => {
      expect(() => safePathBelow("/models", name)).toThrow(/refused a file name/u);
    },
  );
});
