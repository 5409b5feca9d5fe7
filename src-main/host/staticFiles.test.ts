import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interfaceRoots, mediaType, readStatic, safeName, type StaticRoot } from "./staticFiles.ts";

/** Paths that try to get out of the folder, or to be read as something else. */
export const hostilePaths = [
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/%2E%2E%2Fsecret.txt",
  "/.%2e/secret.txt",
  "/assets/../../secret.txt",
  "/assets/%2e%2e/%2e%2e/secret.txt",
  "/..\\secret.txt",
  "/..%5csecret.txt",
  "/%5c%5cserver%5cshare",
  "/%252e%252e/secret.txt",
  "/%c0%ae%c0%ae/secret.txt",
  "/index.html%00.txt",
  "/%00",
  "/index.html%0a",
  "//etc/passwd",
  "/%2fetc/passwd",
  "/C:/windows/win.ini",
  "/C%3a%5cwindows",
  "/index.html::$DATA",
  "/index.html.",
  "/index.html%20",
  "/.",
  "/assets/.",
  "/...",
  "/assets/",
  "/assets//app.js",
  "/link-out.txt",
  "/link-dir/secret.txt",
  "/%",
  "/%zz",
  "index.html",
  "",
];

describe("staticFiles", () => {
  let folder = "";
  let roots: StaticRoot[] = [];
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-static-"));
    const page = path.join(folder, "page");
    await fs.mkdir(path.join(page, "assets"), { recursive: true });
    await fs.writeFile(path.join(folder, "secret.txt"), "secret");
    await fs.writeFile(path.join(page, "index.html"), "<!doctype html>");
    await fs.writeFile(path.join(page, "assets", "app.js"), "1");
    await fs.writeFile(path.join(page, "assets", "ein Blatt ü.txt"), "ü");
    await fs.symlink(path.join(folder, "secret.txt"), path.join(page, "link-out.txt"));
    await fs.symlink(folder, path.join(page, "link-dir"));
    await fs.symlink(path.join(page, "index.html"), path.join(page, "link-in.html"));
    await fs.mkdir(path.join(folder, "page-sibling"));
    await fs.writeFile(path.join(folder, "page-sibling", "x.txt"), "secret");
    roots = interfaceRoots(page);
  });
  afterAll(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  it.each(hostilePaths)("refuses %j", async (raw) => {
    const answer = await readStatic(roots, raw);
    expect(answer.status).toBe(403);
  });

  it.each([
    ["/", 200, "text/html; charset=utf-8", false],
    ["/index.html", 200, "text/html; charset=utf-8", false],
    ["/link-in.html", 200, "text/html; charset=utf-8", false],
    ["/assets/app.js", 200, "text/javascript; charset=utf-8", true],
    ["/assets/ein%20Blatt%20%C3%BC.txt", 200, "text/plain; charset=utf-8", true],
    ["/pdfjs/cmaps/Adobe-Japan1-UCS2.bcmap", 200, "application/octet-stream", false],
    ["/pdfjs/wasm/openjpeg.wasm", 200, "application/wasm", false],
  ])("%s is %i as %s", async (raw, status, type, immutable) => {
    expect(await readStatic(roots, raw)).toMatchObject({ status, type, immutable });
  });

  it.each([
    "/nothing.html",
    "/assets",
    "/pdfjs/package.json",
    "/pdfjs/build/pdf.mjs",
    "/pdfjs/",
    "/page-sibling/x.txt",
  ])("has no %s", async (raw) => {
    const answer = await readStatic(roots, raw);
    expect([403, 404]).toContain(answer.status);
  });

  it("finds nothing where the interface has not been built", async () => {
    expect(await readStatic(interfaceRoots(path.join(folder, "none")), "/")).toEqual({
      status: 404,
    });
  });

  it("leaves plain names as they are", () => {
    expect(safeName("/assets/a-b_c.1.js")).toBe("assets/a-b_c.1.js");
    expect(mediaType("x.WOFF2")).toBe("font/woff2");
    expect(mediaType("x.exe")).toBe("application/octet-stream");
  });
});
