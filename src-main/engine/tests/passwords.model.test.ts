import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DocumentRow } from "../../contract/documents.ts";
import type { Client } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

const fixtures = path.join(import.meta.dirname, "..", "library", "readers", "fixtures");
const secret = "test";

let engine: TestEngine;
let client: Client;
let folder: string;

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect("app"));
  folder = path.join(engine.folder, "locked");
  await fs.mkdir(folder);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

async function locked(name: string): Promise<string> {
  const file = path.join(folder, name);
  await fs.copyFile(path.join(fixtures, "issue15893_reduced.pdf"), file);
  return file;
}

async function row(name: string): Promise<DocumentRow | undefined> {
  const { documents } = await client.call("documents.list", {});
  return documents.find((document) => document.name === name);
}

describe("encrypted documents", () => {
  it("say that they need a password, and open with it", async () => {
    const file = await locked("first.pdf");
    const taken = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(taken.documents).toMatchObject([
      { status: "failed", error: { code: "file-encrypted" } },
    ]);
    const before = await row("first.pdf");
    expect(before).toMatchObject({
      status: "failed",
      error: { code: "file-encrypted", title: "This PDF needs a password." },
    });
    const documentId = before!.id;
    await expect(
      client.call("documents.unlock", { documentId, password: "wrong" }),
    ).rejects.toMatchObject({ code: "file-encrypted" });
    await client.call("documents.unlock", { documentId, password: secret });
    await expect.poll(async () => (await row("first.pdf"))?.status).toBe("ready");
    expect((await row("first.pdf"))?.error).toBeUndefined();
    const { pages } = await client.call("documents.text", { documentId, fromPage: 1, toPage: 1 });
    expect(pages[0]!.text).toContain("Issue 15893 - password");
  });

  it("open with a password that is given at once, whether they need it or not", async () => {
    const file = await locked("second.pdf");
    const open = path.join(folder, "open.md");
    await fs.writeFile(open, "# Open\n\nNobody needs a password for this.");
    const taken = await client.stream("documents.ingest", { paths: [file, open], password: secret })
      .result;
    expect(taken.documents).toMatchObject([{ status: "ready" }, { status: "ready" }]);
  });

  it("leave no trace of the password in the home folder", async () => {
    const password = "a-long-password-of-its-own";
    const documentId = (await row("first.pdf"))!.id;
    await expect(client.call("documents.unlock", { documentId, password })).rejects.toMatchObject({
      code: "file-encrypted",
    });
    await client.stream("documents.ingest", { paths: [folder], password }).result;
    const files = await fs.readdir(engine.folder, { recursive: true, withFileTypes: true });
    for (const entry of files) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      expect((await fs.readFile(file)).includes(password), entry.name).toBe(false);
    }
  });
});
