import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { entries, entryPath, pdfjsDir, rendererDir, resourcesDir, rootDir } from "./entries.ts";
import { layoutOf } from "./layout.ts";

describe("layoutOf", () => {
  it.each([
    ["/code/hearth/src-main/paths/layout.ts", "source", "/code/hearth", "/code/hearth/out"],
    ["/code/hearth/out/shell/main.cjs", "built", "/code/hearth", "/code/hearth/out"],
    ["/code/hearth/out/node/engine.js", "built", "/code/hearth", "/code/hearth/out"],
    [
      "/opt/Hearth/resources/hearth/out/node/cli.js",
      "built",
      "/opt/Hearth/resources/hearth",
      "/opt/Hearth/resources/hearth/out",
    ],
    [
      "/opt/Hearth/resources/app.asar/out/shell/main.cjs",
      "built",
      "/opt/Hearth/resources/hearth",
      "/opt/Hearth/resources/hearth/out",
    ],
  ])("%s is %s", (file, kind, root, out) => {
    expect(layoutOf(file, path.posix)).toEqual({ kind, root, out });
  });

  it("reads the packaged layout of Windows", () => {
    expect(
      layoutOf("C:\\Apps\\Hearth\\resources\\app.asar\\out\\shell\\main.cjs", path.win32),
    ).toEqual({
      kind: "built",
      root: "C:\\Apps\\Hearth\\resources\\hearth",
      out: "C:\\Apps\\Hearth\\resources\\hearth\\out",
    });
  });
});

describe("in the source tree", () => {
  it("names the TypeScript of an entry", () => {
    expect(entryPath("engine")).toBe(path.join(rootDir(), entries.engine));
    expect(fs.existsSync(path.join(rootDir(), "package.json"))).toBe(true);
  });

  it.each(["cmaps", "standard_fonts", "wasm", "iccs"])("has pdf.js' %s", (folder) => {
    expect(fs.readdirSync(path.join(pdfjsDir(), folder)).length).toBeGreaterThan(0);
  });

  it("keeps resources and the built interface apart", () => {
    expect(path.relative(rootDir(), resourcesDir())).toBe("resources");
    expect(path.relative(rootDir(), rendererDir())).toBe(path.join("out", "renderer"));
  });

  it("has every entry that it names", () => {
    const missing = Object.values(entries).filter(
      (file) => !fs.existsSync(path.join(rootDir(), file)),
    );
    expect(missing).toEqual([]);
  });
});
