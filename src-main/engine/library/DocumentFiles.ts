import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../contract/errors.ts";
import type { DocumentId } from "../../contract/ids.ts";
import type { Location, Rect } from "../../contract/locations.ts";
import type { PageBlock, PagePlace } from "../../contract/pageStructure.ts";
import type { ChunkRecord, PageRecord, Stretch } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { rangesInChunk } from "./chunks/chunkPages.ts";
import { cannotOpen } from "./expandPaths.ts";
import { documentMissing } from "./takeDocument.ts";
import { locate, rectsOf, type LocatablePage } from "./readers/locate.ts";
import { unpackWords } from "./readers/packedWords.ts";

/** The originals of documents, what Hearth read of them, and where in them a text stands. */
export class DocumentFiles {
  readonly #store: Store;
  readonly #uploads: string;

  constructor(options: { store: Store; home: string }) {
    this.#store = options.store;
    this.#uploads = path.join(options.home, "uploads");
  }

  /** A slice of the original's bytes; shorter at its end. */
  async read(
    documentId: DocumentId,
    offset: number,
    length: number,
  ): Promise<{ base64: string; totalBytes: number }> {
    const record = await this.#store.documents.get(documentId);
    if (!record) throw documentMissing();
    try {
      await using file = await fs.open(record.path, "r");
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return { base64: buffer.subarray(0, bytesRead).toString("base64"), totalBytes: size };
    } catch (error) {
      throw cannotOpen(record.path, error);
    }
  }

  async text(
    documentId: DocumentId,
    fromPage: number,
    toPage: number,
  ): Promise<
    { number: number; text: string; firstLine: number; blocks: PageBlock[]; places: PagePlace[] }[]
  > {
    const pages = await this.#store.documents.getPages(documentId, fromPage, toPage);
    return pages.map(({ number, text, firstLine, blocks = [], places = [] }) => ({
      number,
      text,
      firstLine,
      blocks,
      places,
    }));
  }

  async rects(documentId: DocumentId, page: number, start: number, end: number): Promise<Rect[]> {
    const [record] = await this.#store.documents.getPages(documentId, page, page);
    return record ? rectsOf(toLocatable(record), start, end) : [];
  }

  /** Where a stretch of a chunk's text stands; `stretch` is relative to the chunk's text. */
  async locate(chunk: ChunkRecord, stretch: Stretch): Promise<Location> {
    const numbers = chunk.parts.map((part) => part.page);
    const pages = await this.#store.documents.getPages(
      chunk.documentId,
      Math.min(...numbers),
      Math.max(...numbers),
      chunk.version,
    );
    const byNumber = new Map(pages.map((page) => [page.number, toLocatable(page)]));
    const ranges = rangesInChunk(chunk, stretch, byNumber);
    return ranges.length > 0 ? locate(ranges) : chunk.location;
  }

  /**
   * Takes one slice of a file that a browser sends. @returns the file's path after the last slice
   */
  async upload(slice: {
    uploadId: string;
    name: string;
    offset: number;
    base64: string;
    last: boolean;
  }): Promise<string | null> {
    const bytes = Buffer.from(slice.base64, "base64");
    await fs.mkdir(this.#uploads, { recursive: true, mode: 0o700 });
    const partial = path.join(this.#uploads, `${slice.uploadId}.part`);
    await using file = await fs.open(partial, slice.offset === 0 ? "w" : "r+", 0o600);
    const { size } = await file.stat();
    if (size !== slice.offset) {
      throw new HearthError({
        code: "conflict",
        title: "The upload lost its place.",
        cause: `Expected byte ${size}, got byte ${slice.offset}.`,
        suggestion: "Drop the file again.",
      });
    }
    await file.write(bytes, 0, bytes.length, slice.offset);
    if (!slice.last) return null;
    await file.sync();
    // The folder is named after the content, so the same file sent twice is one document.
    const content = await fs.readFile(partial);
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 24);
    const folder = path.join(this.#uploads, hash);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    const target = path.join(folder, plainName(slice.name));
    await fs.rename(partial, target);
    return target;
  }
}

/** The last part of a name, without what a file system could take for something else. */
function plainName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is to be removed
  const base = (name.split(/[/\\]/).at(-1) ?? "").replace(/[\u0000-\u001f<>:"|?*]/g, "_").trim();
  return base === "" || /^\.+$/.test(base) ? "document" : base.slice(-200);
}

function toLocatable(page: PageRecord): LocatablePage {
  const { number, text, firstLine, blocks = [], places = [] } = page;
  return { number, text, firstLine, blocks, places, words: unpackWords(page.words) };
}
