import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DocumentRow } from "../../contract/documents.ts";
import { checkStores } from "./testing/checkLibrary.ts";
import type { Client } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let folder: string;

beforeEach(async () => {
  engine = await TestEngine.make();
  folder = path.join(engine.folder, "papers");
  await fs.mkdir(path.join(folder, "deep"), { recursive: true });
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await fs.writeFile(file, text);
  return file;
}

async function rows(client: Client): Promise<DocumentRow[]> {
  return (await client.call("documents.list", {})).documents;
}

/** Waits until the library holds these files of the folder, all ready, and no others. */
async function holds(client: Client, ...names: string[]): Promise<void> {
  const read = async (): Promise<string[]> =>
    (await rows(client))
      .map((row) => `${path.relative(folder, row.path)} ${row.status}`)
      .toSorted();
  await expect
    .poll(read, { timeout: 20_000, interval: 100 })
    .toEqual(names.map((name) => `${name} ready`).toSorted());
}

async function idOf(client: Client, name: string): Promise<string | undefined> {
  return (await rows(client)).find((row) => row.path === path.join(folder, name))?.id;
}

async function status(client: Client): Promise<string | undefined> {
  return (await client.call("folders.list", {})).folders[0]?.status;
}

describe("a watched folder", () => {
  it("is followed: files that come, change, are renamed, ignored, left out and deleted", async () => {
    await write("heron.txt", "The heron waits beside the sluice gate.");
    await write(path.join("deep", "otter.md"), "# Otters\n\nThe otter sleeps on its back.");
    await write("draft-1.txt", "Not to be read.");
    await fs.symlink(folder, path.join(folder, "deep", "round"));
    const { client } = await engine.connect();
    await client.call("folders.add", { path: folder, ignore: ["draft-*"] });
    await holds(client, "heron.txt", "deep/otter.md");
    await expect.poll(() => status(client)).toBe("watching");
    await expect(
      client.call("folders.add", { path: path.join(folder, "deep") }),
    ).rejects.toMatchObject({ code: "conflict" });

    await fs.mkdir(path.join(folder, "new"));
    await write(path.join("new", "lynx.txt"), "A lynx crossed the frozen lake.");
    await write("draft-2.txt", "Not to be read either.");
    await holds(client, "heron.txt", "deep/otter.md", "new/lynx.txt");

    const heron = await idOf(client, "heron.txt");
    await fs.rename(path.join(folder, "heron.txt"), path.join(folder, "deep", "grey-heron.txt"));
    await holds(client, "deep/grey-heron.txt", "deep/otter.md", "new/lynx.txt");
    expect(await idOf(client, "deep/grey-heron.txt")).toBe(heron);

    await write(path.join("new", "lynx.txt"), "The lynx sleeps in the snow under a spruce.");
    const found = async (): Promise<string | undefined> =>
      (await client.call("search.query", { query: "spruce", limit: 1 })).hits[0]?.text;
    await expect.poll(found, { timeout: 20_000 }).toContain("under a spruce");

    await fs.rm(path.join(folder, "new"), { recursive: true });
    await holds(client, "deep/grey-heron.txt", "deep/otter.md");

    const otter = (await rows(client)).find(({ name }) => name === "otter.md");
    await client.call("documents.remove", { documentIds: [otter!.id] });
    await holds(client, "deep/grey-heron.txt");
    await expect
      .poll(async () => (await client.call("folders.list", {})).folders)
      .toMatchObject([{ ignore: ["draft-*", "/deep/otter.md"], documents: 1 }]);
    expect(await fs.readFile(path.join(folder, "deep", "otter.md"), "utf8")).toContain("sleeps");

    // Added by hand it stays, whatever else goes on around it.
    const otterFile = path.join(folder, "deep", "otter.md");
    await client.stream("documents.ingest", { paths: [otterFile] }).result;
    await write(path.join("deep", "wren.txt"), "A wren sings in the hedge.");
    await holds(client, "deep/grey-heron.txt", "deep/otter.md", "deep/wren.txt");
    await fs.rm(path.join(folder, "deep", "wren.txt"));
    await holds(client, "deep/grey-heron.txt", "deep/otter.md");
    // A change that began before the document was taken out does not bring it back.
    const seen = ["draft-*"];
    await client.call("folders.update", { path: folder, ignore: ["draft-*", "*.log"], seen });
    expect((await client.call("folders.list", {})).folders).toMatchObject([
      { ignore: ["draft-*", "*.log", "/deep/otter.md"] },
    ]);
    await client.call("folders.update", { path: folder, ignore: [] });
    await holds(client, "deep/grey-heron.txt", "deep/otter.md", "draft-1.txt", "draft-2.txt");

    await client.call("folders.remove", { path: folder, keepDocuments: false });
    await holds(client);
    expect(await fs.readdir(folder)).toHaveLength(3);
    await engine.end();
    expect(await checkStores(engine.home)).toBe(0);
  });

  it("is compared at the start, and keeps its documents while it is not there", async () => {
    for (const name of ["a.txt", "b.txt", "c.txt"])
      await write(name, `The file ${name} by itself.`);
    const { client } = await engine.connect();
    await client.call("folders.add", { path: folder });
    await holds(client, "a.txt", "b.txt", "c.txt");
    const known = await idOf(client, "b.txt");
    await engine.end();

    await fs.rm(path.join(folder, "a.txt"));
    await fs.rename(path.join(folder, "b.txt"), path.join(folder, "deep", "moved.txt"));
    await write("c.txt", "Another text altogether, of badgers.");
    await write("d.txt", "A new one, of stoats.");
    const { client: next } = await engine.connect();
    await holds(next, "deep/moved.txt", "c.txt", "d.txt");
    expect(await idOf(next, "deep/moved.txt")).toBe(known);

    const away = path.join(engine.folder, "unmounted");
    await fs.rename(folder, away);
    await expect.poll(() => status(next), { timeout: 10_000 }).toBe("missing");
    await fs.mkdir(folder);
    await engine.end();
    const { client: last } = await engine.connect();
    await expect.poll(() => status(last), { timeout: 10_000 }).toBe("missing");
    expect(await rows(last)).toHaveLength(3);
    await fs.rmdir(folder);
    await fs.rename(away, folder);
    await expect.poll(() => status(last), { timeout: 30_000 }).toBe("watching");
    await holds(last, "deep/moved.txt", "c.txt", "d.txt");
  });
});
