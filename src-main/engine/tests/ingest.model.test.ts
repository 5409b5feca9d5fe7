import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DocumentRow, IngestResult } from "../../contract/documents.ts";
import { allReady, checkHits, checkStores } from "./testing/checkLibrary.ts";
import type { Client } from "./testing/conversation.ts";
import { writeLongTexts } from "./testing/longTexts.ts";
import { gone } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let folder: string;

beforeEach(async () => {
  engine = await TestEngine.make();
  folder = path.join(engine.folder, "docs");
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

interface Ingested {
  readonly result: IngestResult;
  readonly rows: readonly DocumentRow[];
}

/** Takes one file in. @returns what became of it, and every row that was told meanwhile */
async function ingest(client: Client, file: string): Promise<Ingested> {
  const stream = client.stream("documents.ingest", { paths: [file] });
  const rows: DocumentRow[] = [];
  for await (const row of stream) rows.push(row);
  const [result] = (await stream.result).documents;
  if (!result) throw new Error("One file has one result.");
  return { result, rows };
}

/** How many chunks the embedder had to look at. */
function embedded(rows: readonly DocumentRow[]): number {
  const counts = rows.filter(({ stage }) => stage === "embedding");
  const total = counts[0]?.total ?? 0;
  // The first count that is told behind none is of those that needed no embedding, and one batch.
  const first = counts.find(({ done }) => done > 0)?.done ?? total;
  return total === 0 ? 0 : total - Math.max(0, first - embedderBatch);
}
const embedderBatch = 16;

describe("a file that has changed", () => {
  it("has only its changed passages embedded again", async () => {
    const [file = ""] = await writeLongTexts(folder, 1, 1_000);
    const { client } = await engine.connect();
    const first = await ingest(client, file);
    expect(first.result.status).toBe("ready");
    const { chunks } = first.result;
    expect(chunks).toBeGreaterThan(60);
    expect(embedded(first.rows)).toBe(chunks);

    await fs.appendFile(file, "\n\nThe osprey nests on the chimney of the old cannery.\n");
    const second = await ingest(client, file);
    expect(second.result).toMatchObject({ status: "ready", documentId: first.result.documentId });
    expect(embedded(second.rows)).toBeLessThanOrEqual(embedderBatch + 2);
    const { hits } = await client.call("search.query", { query: "osprey chimney", limit: 3 });
    expect(hits[0]?.text).toContain("osprey nests");
    await engine.end();
    expect(await checkStores(engine.home)).toBe(second.result.chunks);
  });

  it("costs next to nothing while it has not", async () => {
    const [file = ""] = await writeLongTexts(folder, 1, 1_000);
    const { client } = await engine.connect();
    const first = await ingest(client, file);
    await fs.utimes(file, new Date(), new Date());
    const touched = await ingest(client, file);
    const again = await ingest(client, file);
    for (const { result } of [touched, again]) {
      expect(result).toMatchObject({ status: "unchanged", chunks: first.result.chunks });
      expect(result.ms).toBeLessThan(first.result.ms * 0.02);
    }
  });
});

describe("a file that was moved", () => {
  it("is the same document at its new place", async () => {
    const [file = "", other = ""] = await writeLongTexts(folder, 2, 120);
    const { client } = await engine.connect();
    const before = (await ingest(client, file)).result;
    const copy = path.join(folder, "copy.txt");
    await fs.copyFile(file, copy);
    // A copy beside the original is a document of its own, but nothing of it is embedded again.
    const copied = await ingest(client, copy);
    expect(copied.result.status).toBe("ready");
    expect(copied.result.documentId).not.toBe(before.documentId);
    expect(embedded(copied.rows)).toBeLessThanOrEqual(embedderBatch);
    await client.call("documents.remove", { documentIds: [copied.result.documentId!] });

    const moved = path.join(folder, "deep", "renamed.txt");
    await fs.mkdir(path.dirname(moved));
    await fs.rename(file, moved);
    await ingest(client, other);
    const after = (await ingest(client, moved)).result;
    expect(after).toMatchObject({
      status: "unchanged",
      documentId: before.documentId,
      name: "renamed.txt",
    });
    const { documents } = await client.call("documents.list", {});
    expect(documents.map((row) => row.path).toSorted()).toEqual([moved, other].toSorted());
    await engine.end();
    await checkStores(engine.home);
  });
});

describe("an engine that is killed while it embeds", () => {
  it("goes on where it was: nothing is read again, and no passage embedded twice", async () => {
    const [file = ""] = await writeLongTexts(folder, 1, 2_200);
    const { client } = await engine.connect();
    const stream = client.stream("documents.ingest", { paths: [file] });
    let total = 0;
    const enough = Promise.withResolvers<void>();
    stream.result.catch(() => {});
    void (async () => {
      for await (const row of stream) {
        if (row.stage !== "embedding" || row.done < writtenTogether + 32) continue;
        total = row.total;
        enough.resolve();
      }
    })().catch(enough.reject);
    await enough.promise;
    await gone(await engine.killEngine(), 5_000);

    const { client: next } = await engine.connect();
    await checkHits(next, "granite harbour");
    const seen: DocumentRow[] = [];
    next.watch("documents.state", {}, ({ documents }) => seen.push(...documents));
    await allReady(next, 1);
    expect(total).toBeGreaterThan(writtenTogether + 32);
    expect(seen.map(({ stage }) => stage)).not.toContain("reading");
    const rest = seen.filter(({ stage }) => stage === "embedding").map((row) => row.total);
    expect(Math.max(...rest)).toBeLessThanOrEqual(total - writtenTogether);
    const { documents } = await next.call("documents.list", {});
    expect(documents[0]?.chunks).toBe(total);
    await engine.end();
    expect(await checkStores(engine.home)).toBe(total);
  });
});
const writtenTogether = 128;

describe("a document that is removed", () => {
  it("leaves nothing behind on the disk, and the others stay searchable meanwhile", async () => {
    const [file = "", other = ""] = await writeLongTexts(folder, 2, 300);
    await fs.appendFile(file, "\n\nThe quizzacious ptarmigan hoards zirconium teaspoons.\n");
    const { client } = await engine.connect();
    const { documentId } = (await ingest(client, file)).result;
    await ingest(client, other);
    const words = ["quizzacious ptarmigan", "ptarmigan", "zirconium teaspoons"];
    expect(await filesWith(engine.home, words)).not.toEqual([]);

    await client.call("documents.remove", { documentIds: [documentId!] });
    const begun = performance.now();
    for (let left: unknown = true; left;) {
      await checkHits(client, "granite harbour lantern");
      left = (await filesWith(engine.home, words)).length > 0 && performance.now() - begun < 15_000;
    }
    expect(await filesWith(engine.home, words)).toEqual([]);
    expect(await checkHits(client, "granite harbour lantern")).toBeGreaterThan(0);
    expect(await fs.readFile(file, "utf8")).toContain("quizzacious");
    await engine.end();
    expect(await checkStores(engine.home)).toBeGreaterThan(0);
  });

  it("takes its own copy along, and leaves that of another name for the same content", async () => {
    const { client } = await engine.connect();
    const upload = async (name: string): Promise<string> => {
      const { path: file } = await client.call("documents.upload", {
        uploadId: `upload-${name.replaceAll(/\W/g, "-")}`,
        name,
        offset: 0,
        base64: Buffer.from("A note about the harbour.").toString("base64"),
        last: true,
      });
      return file!;
    };
    const [one, other] = [await upload("note.txt"), await upload("note (1).txt")];
    const { documentId } = (await ingest(client, one)).result;
    const second = (await ingest(client, other)).result;
    await client.call("documents.remove", { documentIds: [documentId!] });
    await expect(fs.stat(one)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await fs.readFile(other, "utf8")).toContain("harbour");
    await client.call("documents.remove", { documentIds: [second.documentId!] });
    await expect(fs.stat(path.dirname(other))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([
    { which: "one of two", others: ["other.txt"] },
    { which: "the last one", others: [] },
  ])("is erased by the next engine where the one that removed $which was killed", async (held) => {
    const [file = ""] = await writeLongTexts(folder, 1, 30);
    await fs.appendFile(file, "\n\nThe quizzacious ptarmigan hoards zirconium teaspoons.\n");
    const { client } = await engine.connect();
    const { documentId } = (await ingest(client, file)).result;
    for (const name of held.others) {
      await fs.writeFile(path.join(folder, name), "A plain note about the harbour.");
      await ingest(client, path.join(folder, name));
    }
    await client.call("documents.remove", { documentIds: [documentId!] });
    await gone(await engine.killEngine(), 5_000);
    expect(await filesWith(engine.home, ["ptarmigan"])).not.toEqual([]);
    await engine.connect();
    await expect.poll(() => filesWith(engine.home, ["ptarmigan"]), { timeout: 15_000 }).toEqual([]);
  });
});

/** Files below a folder that hold one of the words anywhere in their bytes. */
async function filesWith(below: string, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await fs.readdir(below, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    // A file that goes away meanwhile holds nothing.
    const bytes = await fs.readFile(file).catch(() => Buffer.alloc(0));
    if (words.some((word) => bytes.includes(word))) found.push(file);
  }
  return found;
}
