import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { DocumentRow } from "../../contract/documents.ts";
import { makeMixedPdf, scanPage } from "../library/ocr/fixtures/makeScan.ts";
import type { Client } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

const report = path.join(import.meta.dirname, "../../../e2e/fixtures/tidewater-ferry-report.pdf");
const scanned = 2;
const ownText = "The lighthouse keeper counts the ships that pass at night, and writes them down.";

let engine: TestEngine;
let client: Client;
let folder: string;

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect("app"));
  folder = path.join(engine.folder, "scans");
  await fs.mkdir(folder);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe("scans in the library", () => {
  it("are recognised page by page, found, and located on their page", async () => {
    const scan = await scanPage(await fs.readFile(report), scanned);
    const file = path.join(folder, "mixed.pdf");
    await fs.writeFile(file, makeMixedPdf([{ text: [ownText] }, scan]));
    const stream = client.stream("documents.ingest", { paths: [file] });
    const rows: DocumentRow[] = [];
    for await (const row of stream) rows.push(row);
    const { documents } = await stream.result;
    expect(documents).toMatchObject([
      { status: "ready", pages: 2, recognized: [[2, 2]], unreadable: [] },
    ]);
    // Somebody who waits sees why it takes long, and how far it is.
    const recognizing = rows.filter((row) => row.stage === "recognizing");
    expect(recognizing.map(({ done, total }) => [done, total])).toContainEqual([1, 2]);

    const documentId = documents[0]!.documentId!;
    const { hits } = await client.call("search.query", {
      query: "busiest day of the year, how many people crossed",
      documentIds: [documentId],
      limit: 3,
    });
    expect(hits[0]).toMatchObject({ page: 2, location: { kind: "page", page: 2 } });
    expect(hits[0]!.text).toContain("8,914 people crossed");

    const { pages } = await client.call("documents.text", { documentId, fromPage: 1, toPage: 2 });
    expect(pages[0]!.text).toBe(ownText);
    const start = pages[1]!.text.indexOf("busiest day");
    const { rects } = await client.call("documents.locate", {
      documentId,
      page: 2,
      start,
      end: start + "busiest day".length,
    });
    expect(rects).toHaveLength(1);
    // On one line of a sheet of A4, wide as two words are.
    expect(rects[0]!.width).toBeGreaterThan(40);
    expect(rects[0]!.height).toBeLessThan(20);
  });

  it("tell which page cannot be read, and are searched all the same", async () => {
    // Letters five pixels high, which nobody can read.
    const dpi = 36;
    const scan = await scanPage(await fs.readFile(report), scanned, { dpi });
    const file = path.join(folder, "small.pdf");
    await fs.writeFile(
      file,
      makeMixedPdf([{ text: [ownText] }, { ...scan, dpi }, { blank: true }]),
    );
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([
      { status: "ready", pages: 3, recognized: [], unreadable: [[2, 2]] },
    ]);
  });

  it("may be pictures, and stay on this computer", async () => {
    const { jpeg } = await scanPage(await fs.readFile(report), scanned, { dpi: 150 });
    const file = path.join(folder, "page.jpg");
    await fs.writeFile(file, jpeg);
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([{ status: "ready", pages: 1, recognized: [[1, 1]] }]);
    const listed = await client.call("documents.list", {});
    const row = listed.documents.find(({ name }) => name === "page.jpg");
    expect(row).toMatchObject({ mediaType: "image/jpeg", recognized: [[1, 1]] });
    // Nothing of this went near the network.
    expect(await client.call("system.requests", { limit: 10 })).toMatchObject({ total: 0 });
  });

  it("are not read where no language is chosen", async () => {
    const { languages } = await client.call("documents.ocrLanguages", {});
    expect(languages).toEqual([
      { name: "eng", added: false },
      { name: "deu", added: false },
    ]);
    await client.call("settings.update", { ocrLanguages: [] });
    const { jpeg } = await scanPage(await fs.readFile(report), 1, { dpi: 72 });
    const file = path.join(folder, "other.jpg");
    await fs.writeFile(file, jpeg);
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([{ status: "failed", error: { title: "No text found." } }]);
    await client.call("settings.update", { ocrLanguages: ["eng"] });
    const again = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(again.documents).toMatchObject([{ status: "ready", recognized: [[1, 1]] }]);
  });

  it("are read when it is tried again with a language", async () => {
    await client.call("settings.update", { ocrLanguages: [] });
    const scan = await scanPage(await fs.readFile(report), scanned);
    const file = path.join(folder, "later.pdf");
    await fs.writeFile(file, makeMixedPdf([{ text: [ownText] }, scan]));
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([{ status: "ready", recognized: [], unreadable: [[2, 2]] }]);
    const { documentId } = documents[0]!;
    await client.call("settings.update", { ocrLanguages: ["eng"] });
    await client.call("documents.retry", { documentId: documentId! });
    await vi.waitFor(
      async () => {
        const listed = await client.call("documents.list", {});
        const row = listed.documents.find(({ id }) => id === documentId);
        expect(row).toMatchObject({ status: "ready", recognized: [[2, 2]], unreadable: [] });
      },
      { timeout: 20_000, interval: 100 },
    );
    // The same file is not read a third time.
    const third = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(third.documents).toMatchObject([{ status: "unchanged" }]);
  });
});
