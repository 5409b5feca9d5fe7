import fs from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { IngestResult } from "../../contract/documents.ts";
import type { Citation, GroundedAnswer } from "../../contract/search.ts";
import { rootDir } from "../../paths/entries.ts";
import { readIndexRows } from "../index/testing/readIndexRows.ts";
import { oneLine } from "../rag/citations.ts";
import { checkStores } from "./testing/checkLibrary.ts";
import type { Client } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

const fixtures = path.join(rootDir(), "e2e", "fixtures");
const oddPdfs = path.join(import.meta.dirname, "..", "library", "readers", "fixtures");
const names = ["quillback-orchard-handbook.pdf", "tidewater-ferry-report.pdf"];

const questions = z
  .object({
    answerable: z.array(z.object({ question: z.string(), document: z.string(), page: z.int() })),
    elsewhere: z.array(z.string()),
  })
  .parse(JSON.parse(await fs.readFile(path.join(fixtures, "questions.json"), "utf8")));

let engine: TestEngine;
let client: Client;
let papers: string;
let taken: IngestResult[];

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect("app"));
  papers = path.join(engine.folder, "papers");
  await fs.mkdir(papers);
  for (const name of names) await fs.copyFile(path.join(fixtures, name), path.join(papers, name));
  ({ documents: taken } = await client.stream("documents.ingest", { paths: [papers] }).result);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

/** What an answer begins with, without waiting for what the model adds; none where it declines. */
async function firstCitation(question: string): Promise<Citation | undefined> {
  const stream = client.stream("ask.run", { question });
  // Leaving the loop cancels the rest.
  for await (const event of stream) if (event.type === "evidence") return event.citations[0];
  expect(await stream.result).toMatchObject({ abstained: true, citations: [], sentences: [] });
  return undefined;
}

async function pageText({ documentId, page }: Citation): Promise<string> {
  const one = { documentId, fromPage: page ?? 0, toPage: page ?? 0 };
  const { pages } = await client.call("documents.text", one);
  return oneLine(pages.map(({ text }) => text).join("\n"));
}

describe("asking real PDFs", () => {
  it("reads them whole, and knows them again", async () => {
    expect(taken).toMatchObject(names.map((name) => ({ name, status: "ready", pages: 5 })));
    const again = await client.stream("documents.ingest", { paths: [papers] }).result;
    expect(again.documents).toMatchObject(
      taken.map(({ documentId, name, chunks }) => ({
        documentId,
        name,
        chunks,
        status: "unchanged",
      })),
    );
    // A new time stamp on the same bytes is no change either.
    const copy = path.join(engine.folder, "copy.pdf");
    await fs.copyFile(path.join(fixtures, names[0]!), copy);
    const added = await client.stream("documents.ingest", { paths: [copy] }).result;
    expect(added.documents).toMatchObject([{ status: "ready" }]);
    await fs.utimes(copy, new Date(), new Date(Date.now() - 60_000));
    const touched = await client.stream("documents.ingest", { paths: [copy] }).result;
    expect(touched.documents).toMatchObject([{ status: "unchanged" }]);
    await client.call("documents.remove", { documentIds: [added.documents[0]!.documentId!] });
  });

  it("cites the right page, word for word and with its place on the page", async () => {
    const wrong: string[] = [];
    for (const { question, document, page } of questions.answerable) {
      const citation = await firstCitation(question);
      if (citation?.document !== document || citation.page !== page) {
        wrong.push(`${question} → ${citation?.document ?? "declined"} ${citation?.page ?? ""}`);
        continue;
      }
      expect(await pageText(citation)).toContain(oneLine(citation.quote));
      const { location } = citation;
      if (location.kind !== "page") throw new Error("A PDF's place is on a page.");
      expect(location.rects.length).toBeGreaterThan(0);
      for (const rect of location.rects) {
        expect(rect.page).toBe(page);
        expect(rect.width).toBeGreaterThan(5);
        expect(rect.height).toBeGreaterThan(3);
        expect(rect.x).toBeGreaterThanOrEqual(0);
        // Both are printed on A4 or Letter.
        expect(rect.x + rect.width).toBeLessThan(613);
        expect(rect.y + rect.height).toBeLessThan(843);
      }
    }
    expect(questions.answerable).toHaveLength(20);
    expect(wrong.length, wrong.join("\n")).toBeLessThanOrEqual(2);
  });

  it("declines what the documents do not say", async () => {
    const answered: string[] = [];
    for (const question of questions.elsewhere) {
      const citation = await firstCitation(question);
      if (citation) answered.push(`${question} → ${citation.quote}`);
    }
    expect(questions.elsewhere).toHaveLength(20);
    expect(answered.length, answered.join("\n")).toBeLessThanOrEqual(2);
  });

  it("writes an answer that opens with the quote, and a receipt that adds up", async () => {
    const events: string[] = [];
    const { question } = questions.answerable[0]!;
    const stream = client.stream("ask.run", { question });
    for await (const event of stream) events.push(event.type);
    const answer: GroundedAnswer = await stream.result;
    expect(events.indexOf("evidence")).toBeLessThan(events.indexOf("delta"));
    expect(answer.answer.startsWith(`> ${oneLine(answer.citations[0]!.quote)} [1]`)).toBe(true);
    const numbers = answer.citations.map(({ n }) => n);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    for (const sentence of answer.sentences) {
      expect(numbers).toEqual(expect.arrayContaining(sentence.citations));
      const uncited = sentence.supported === "unsupported" || !sentence.claims;
      expect(sentence.citations.length === 0).toBe(uncited);
    }
    const said = answer.sentences.map(({ text }) => text);
    expect(new Set(said).size).toBe(said.length);
    const { receipt } = answer;
    expect(receipt.evidence).toBeGreaterThanOrEqual(receipt.threshold);
    expect(receipt.passages.filter(({ used }) => used)).toHaveLength(receipt.used);
    expect(receipt.passages).toHaveLength(receipt.retrieved);
    expect(receipt.answerTokens).toBeGreaterThan(0);
    expect(receipt.firstTokenMs).toBeLessThanOrEqual(receipt.totalMs);
    const steps = receipt.steps.reduce((sum, step) => sum + step.ms, 0);
    expect(steps).toBeLessThanOrEqual(receipt.totalMs + 1);
    const { system, history, evidence, question: asked } = receipt.tokens;
    expect(system + history + evidence + asked).toBeLessThanOrEqual(receipt.promptTokens);
  });

  it("answers in a chat from the documents that were attached, and keeps the grounding", async () => {
    const ferry = taken.find(({ name }) => name.startsWith("tidewater"))!.documentId!;
    const { chat } = await client.call("chats.create", { documentIds: [ferry] });
    const { question, page } = questions.answerable[0]!;
    const input = { chatId: chat.id, parentId: null, text: question };
    const { message } = await client.stream("chats.send", input).result;
    expect(message.status).toBe("complete");
    expect(message.grounding).toMatchObject({
      abstained: false,
      citations: [{ n: 1, page }, ...message.grounding!.citations.slice(1)],
    });
    const { messages } = await client.call("chats.get", { chatId: chat.id });
    expect(messages.at(-1)).toEqual(message);
    // The other document is not asked, although it knows.
    const orchard = questions.answerable.find((one) => one.document.startsWith("quillback"))!;
    const next = { chatId: chat.id, parentId: message.id, text: orchard.question };
    const other = (await client.stream("chats.send", next).result).message;
    for (const citation of other.grounding?.citations ?? [])
      expect(citation.documentId).toBe(ferry);
  });
});

describe("files that cannot be read", () => {
  it("fail each with its own reason, and the others are ready", async () => {
    const folder = path.join(engine.folder, "mixed");
    await fs.mkdir(folder);
    const put = (name: string, bytes: Uint8Array | string): Promise<void> =>
      fs.writeFile(path.join(folder, name), bytes);
    await put("a-good.md", "# Kelp\n\nKelp grows half a metre a day in cold water.\n");
    await put("b-broken.pdf", "%PDF-1.7\nnothing\n");
    await fs.copyFile(
      path.join(oddPdfs, "issue15893_reduced.pdf"),
      path.join(folder, "c-locked.pdf"),
    );
    await put("d-empty.pdf", "");
    await put("e-zip.pdf", Buffer.from("504b0506000000000000000000000000000000000000", "hex"));
    await put("f-good.txt", "The tide at Skerrow turns at noon on the first of May.\n");
    const { documents } = await client.stream("documents.ingest", { paths: [folder] }).result;
    expect(documents.map(({ name, status, error }) => [name, status, error?.code])).toEqual([
      ["a-good.md", "ready", undefined],
      ["b-broken.pdf", "failed", "file-damaged"],
      ["c-locked.pdf", "failed", "file-encrypted"],
      ["d-empty.pdf", "failed", "file-empty"],
      ["e-zip.pdf", "failed", "file-type-unknown"],
      ["f-good.txt", "ready", undefined],
    ]);
    const failed = documents.flatMap(({ error }) => error ?? []);
    expect(new Set(failed.map(({ title }) => title)).size).toBe(4);
    for (const error of failed) expect(error.suggestion).not.toBe("");
    const { documents: rows } = await client.call("documents.list", {});
    const shown = rows.filter(({ path: file }) => file.startsWith(folder));
    expect(shown.flatMap(({ error }) => error ?? [])).toMatchObject(failed);
    const { hits } = await client.call("search.query", { query: "kelp cold water" });
    expect(hits[0]?.document).toBe("a-good.md");
    expect(new Set(hits.map(({ document }) => document))).not.toContain("b-broken.pdf");
  });

  it("are taken in when they have been mended", async () => {
    const file = path.join(engine.folder, "mixed", "b-broken.pdf");
    await fs.copyFile(path.join(fixtures, names[0]!), file);
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([{ status: "ready", pages: 5 }]);
    await client.call("documents.remove", { documentIds: [documents[0]!.documentId!] });
  });
});

describe("a document that changes or goes", () => {
  it("is found by its new text alone", async () => {
    const file = path.join(engine.folder, "log.md");
    await fs.writeFile(file, "The beacon was painted violet in spring.\n");
    await client.stream("documents.ingest", { paths: [file] }).result;
    await fs.writeFile(file, "The beacon was painted orange in the autumn.\n");
    const { documents } = await client.stream("documents.ingest", { paths: [file] }).result;
    expect(documents).toMatchObject([{ status: "ready" }]);
    const { hits } = await client.call("search.query", { query: "beacon painted", limit: 50 });
    const own = hits.filter(({ document }) => document === "log.md");
    expect(own.map(({ text }) => text.trim())).toEqual([
      "The beacon was painted orange in the autumn.",
    ]);
  });

  it("leaves no trace when it is removed", async () => {
    const gone = taken.map(({ documentId }) => documentId!);
    await client.call("documents.remove", { documentIds: gone });
    const { question } = questions.answerable[0]!;
    const { hits } = await client.call("search.query", { query: question, limit: 200 });
    expect(hits.filter(({ documentId }) => gone.includes(documentId))).toEqual([]);
    expect(await firstCitation(question)).toBeUndefined();
    await engine.end();
    const database = new DatabaseSync(path.join(engine.home, "hearth.sqlite"), { readOnly: true });
    try {
      for (const [table, column] of [
        ["documents", "id"],
        ["pages", "document_id"],
        ["chunks", "document_id"],
      ] as const) {
        const left = database.prepare(`SELECT ${column} AS id FROM ${table}`).all();
        expect(left.filter(({ id }) => gone.some((one) => one === id))).toEqual([]);
        expect(left.length).toBeGreaterThan(0);
      }
    } finally {
      database.close();
    }
    const rows = await readIndexRows(engine.home);
    expect(rows.filter(({ documentId }) => gone.some((one) => one === documentId))).toEqual([]);
    expect(await checkStores(engine.home)).toBeGreaterThan(0);
  });
});
