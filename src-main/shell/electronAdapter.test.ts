import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerAppRequest } from "./appScheme.ts";
import { canSeal, schemeWay, splitContentType } from "./electronAdapter.ts";
import { pathWith } from "./pathWith.ts";
import { pickOptions } from "./pickOptions.ts";
import { saveOptions, saveFile } from "./saveFile.ts";

describe("what differs between Electrons", () => {
  it.each([
    ["Electron 25 and later", { handle: () => {}, registerBufferProtocol: () => {} }, "handle"],
    ["Electron 22", { registerBufferProtocol: () => {} }, "callback"],
  ])("%s serves a scheme by %s", (_name, protocol, way) => {
    expect(schemeWay(protocol)).toBe(way);
  });

  it.each([
    ["text/html; charset=utf-8", { mimeType: "text/html", charset: "utf-8" }],
    ["application/wasm", { mimeType: "application/wasm" }],
    ["", { mimeType: "" }],
  ])("splits the type %j", (value, parts) => {
    expect(splitContentType(value)).toEqual(parts);
  });

  it("finds where a file lies", () => {
    const file = (more: object): File => Object.assign(new File(["x"], "x.pdf"), more);
    const utils = { getPathForFile: (given: File) => `/new/${given.name}` };
    expect(pathWith(utils, file({ path: "/old/x.pdf" }))).toBe("/new/x.pdf");
    expect(pathWith(undefined, file({ path: "/old/x.pdf" }))).toBe("/old/x.pdf");
    expect(pathWith(undefined, file({}))).toBe("");
    expect(pathWith(undefined, file({ path: 7 }))).toBe("");
  });

  it.each([
    [true, "gnome_libsecret", true],
    [true, "basic_text", false],
    [true, undefined, true],
    [false, "gnome_libsecret", false],
  ])("encryption %s with store %s: secrets are kept is %s", (available, backend, kept) => {
    const store = {
      isEncryptionAvailable: () => available,
      ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend }),
    };
    expect(canSeal(store)).toBe(kept);
  });

  it.each([
    ["darwin", true, ["openFile", "openDirectory", "multiSelections"]],
    ["darwin", false, ["openFile", "multiSelections"]],
    ["linux", true, ["openFile", "multiSelections"]],
    ["win32", true, ["openFile", "multiSelections"]],
  ])("a dialog on %s with folders %s offers %j", (platform, folders, properties) => {
    const options = pickOptions({ title: "Add", extensions: ["pdf"], folders, platform });
    expect(options.properties).toEqual(properties);
    expect(options.filters?.[0]?.extensions).toEqual(["pdf"]);
  });
});

describe("saving a text", () => {
  it("suggests a name without a folder, and its ending", () => {
    expect(saveOptions("Export", "../../runs.csv")).toEqual({
      title: "Export",
      defaultPath: "runs.csv",
      filters: [{ name: "CSV", extensions: ["csv"] }],
    });
  });

  it("writes it, or says which file could not be written", async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-save-"));
    const file = path.join(folder, "runs.csv");
    expect(await saveFile(file, "a,b")).toEqual({ saved: true, error: null });
    expect(await fs.readFile(file, "utf8")).toBe("a,b");
    const failed = await saveFile(path.join(folder, "no", "runs.csv"), "");
    expect(failed).toMatchObject({
      saved: false,
      error: {
        title: "runs.csv could not be saved.",
        cause: "The system does not find runs.csv or its folder.",
      },
    });
    await fs.rm(folder, { recursive: true });
  });
});

describe("answerAppRequest", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-app-"));
    await fs.mkdir(path.join(folder, "page"));
    await fs.writeFile(path.join(folder, "page", "index.html"), "<!doctype html>");
    await fs.writeFile(path.join(folder, "secret.txt"), "secret");
    await fs.symlink(path.join(folder, "secret.txt"), path.join(folder, "page", "out.txt"));
  });
  afterAll(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  const ask = (url: string, method = "GET") =>
    answerAppRequest([{ prefix: "/", folder: path.join(folder, "page") }], method, url);

  it.each(["app://hearth/", "app://hearth", "app://hearth/index.html?x#y"])(
    "%s is the page, with its policy",
    async (url) => {
      const answer = await ask(url);
      expect(answer.status).toBe(200);
      expect(answer.headers["Content-Type"]).toBe("text/html; charset=utf-8");
      expect(answer.headers["Content-Security-Policy"]).toContain("default-src 'none'");
      expect(answer.body.toString()).toBe("<!doctype html>");
    },
  );

  it.each([
    ["app://hearth/../secret.txt", 403],
    ["app://hearth/%2e%2e/secret.txt", 403],
    ["app://hearth/..%5csecret.txt", 403],
    ["app://hearth/..\\secret.txt", 403],
    ["app://hearth/index.html%00", 403],
    ["app://hearth//etc/passwd", 403],
    ["app://hearth/C:/windows/win.ini", 403],
    ["app://hearth/out.txt", 403],
    ["app://evil/index.html", 403],
    ["app://hearth@evil/index.html", 403],
    ["file:///etc/passwd", 403],
    ["app://hearth/none.html", 404],
  ])("%s is %i, with the policy and no content", async (url, status) => {
    const answer = await ask(url);
    expect(answer.status).toBe(status);
    expect(answer.headers["Content-Security-Policy"]).toContain("default-src 'none'");
    expect(answer.body).toHaveLength(0);
  });

  it("answers only reading", async () => {
    expect((await ask("app://hearth/", "POST")).status).toBe(405);
    expect((await ask("app://hearth/", "HEAD")).body).toHaveLength(0);
  });
});
