import type { Location } from "../../../../contract/locations.ts";
import type { PagePlace } from "../../../../contract/pageStructure.ts";
import { tableRow } from "../../../../contract/tableRows.ts";
import { cancelledError } from "../../../../contract/errors.ts";
import { withoutControls } from "../cleanText.ts";
import { noTextError } from "../formatErrors.ts";
import { allocateWords } from "../packedWords.ts";
import type { PageSink, ReadBlock, ReadPage } from "../Reader.ts";
import type { Table } from "./tables.ts";

/** Parts are about this long, so that none of the later stages holds much at a time. */
const partLength = 64 * 1024;
const longestHeading = 500;

export interface PartWriterOptions {
  signal?: AbortSignal | undefined;
  /** Tell places by headings and paragraphs. Else by {@link PartWriter.at}. */
  sections?: boolean;
}

/**
 * Composes the text of a document without page images out of headings, paragraphs, lists and
 * tables, and cuts it into parts. Call {@link drain} now and then: it hands finished parts over and
 * waits for the taker.
 */
export class PartWriter {
  readonly #onPage: PageSink;
  readonly #signal: AbortSignal | undefined;
  readonly #sections: boolean;
  #ready: ReadPage[] = [];
  #sent = 0;
  #hasText = false;
  #text = "";
  #blocks: ReadBlock[] = [];
  #places: PagePlace[] = [];
  #path: { level: number; text: string }[] = [];
  #paragraph = 1;
  #nextPlace: Location | null = null;
  /** The first heading of the highest level. */
  title: string | undefined;

  constructor(onPage: PageSink, options: PartWriterOptions = {}) {
    this.#onPage = onPage;
    this.#signal = options.signal;
    this.#sections = options.sections ?? false;
  }

  /** Headings are structure, and where places are told by sections, the path to what follows. */
  heading(text: string, level: number): void {
    const clean = oneLine(text).slice(0, longestHeading);
    if (clean === "") return;
    const at = Math.min(9, Math.max(1, Math.trunc(level) || 1));
    if (at === 1) this.title ??= clean.slice(0, 300);
    this.#path = this.#path.filter((open) => open.level < at);
    this.#path.push({ level: at, text: clean.slice(0, 200) });
    this.#paragraph = 1;
    if (this.#sections) this.#nextPlace = this.#section();
    this.#add("heading", clean, { level: at });
  }

  paragraph(text: string, kind: "paragraph" | "quote" | "note" = "paragraph"): void {
    this.#add(kind, paragraphText(text));
  }

  /** One item; `depth` from 0, `mark` such as "1." */
  item(text: string, depth = 0, mark = "-"): void {
    const clean = paragraphText(text);
    if (clean !== "") this.#add("list", `${"  ".repeat(Math.min(depth, 8))}${mark} ${clean}`);
  }

  /** Lines stay as they are. */
  code(text: string): void {
    this.#add("code", withoutControls(text).replace(/^\s*\n|\s+$/gu, ""));
  }

  table({ columns, rows }: Table): void {
    const lines = rows.map((row) => oneLine(tableRow(columns, row))).filter((line) => line !== "");
    // By and by, so that one long table may go over many parts.
    let group: string[] = [];
    let length = 0;
    const flush = (): void => {
      if (group.length > 0) this.#add("table", group.join("\n"), columns ? { columns } : {});
      group = [];
      length = 0;
    };
    for (const line of lines) {
      group.push(line);
      length += line.length;
      if (length > partLength / 2) flush();
    }
    flush();
  }

  /** Rows that stand at given places: the first line at `place`, each next one a row further. */
  rows(lines: readonly string[], columns: string[] | null, place: Location): void {
    this.at(place);
    this.#add("table", lines.join("\n"), columns ? { columns } : {});
  }

  /** The place of what comes next, until told otherwise. */
  at(place: Location): void {
    this.#nextPlace = place;
  }

  /** What comes next stands in a part of its own. @param keepEmpty makes a part even of nothing. */
  endPart({ keepEmpty = false } = {}): void {
    if (this.#text === "" && !keepEmpty) return;
    const places = this.#places;
    this.#ready.push({
      number: this.#sent + this.#ready.length + 1,
      width: 0,
      height: 0,
      text: this.#text,
      words: allocateWords(0),
      blocks: this.#blocks,
      firstLine: 0,
      ...(places.length > 0 ? { places } : {}),
      content: this.#blocks.length > 0 ? "text" : "blank",
    });
    const last = places.at(-1)?.place ?? null;
    this.#text = "";
    this.#blocks = [];
    this.#places = [];
    // A section's paragraphs are counted on; a slide or a row has its place told anew.
    if (this.#sections) this.#nextPlace ??= this.#section();
    else this.#nextPlace ??= last?.kind === "slide" ? last : null;
  }

  /** Ends the headings above, for what belongs to none of them. */
  endSections(): void {
    this.#path = [];
    this.#paragraph = 1;
    if (this.#sections) this.#nextPlace = this.#section();
  }

  async drain(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    for (const page of ready) {
      if (this.#signal?.aborted) throw cancelledError();
      this.#sent++;
      await this.#onPage(page, page.number);
    }
  }

  /**
   * Hands over the rest.
   *
   * @returns how many parts there are.
   * @throws HearthError file-empty if there was neither letter nor digit.
   */
  async finish(nothing = "The file holds no text."): Promise<number> {
    this.endPart();
    await this.drain();
    if (!this.#hasText) throw noTextError(nothing);
    return this.#sent;
  }

  #section(): Location {
    return {
      kind: "section",
      path: this.#path.map((open) => open.text),
      paragraph: this.#paragraph,
    };
  }

  #add(kind: ReadBlock["kind"], text: string, more: Partial<ReadBlock> = {}): void {
    if (text === "" || text.trim() === "") return;
    if (this.#text.length > partLength) this.endPart();
    this.#hasText ||= /[\p{L}\p{N}]/u.test(text);
    const last = this.#blocks.at(-1);
    if (last) this.#text += kind === "list" && last.kind === "list" ? "\n" : "\n\n";
    else if (this.#sections) this.#nextPlace ??= this.#section();
    const start = this.#text.length;
    if (this.#nextPlace) {
      this.#places.push({ start, place: this.#nextPlace });
      this.#nextPlace = null;
    }
    this.#text += text;
    this.#blocks.push({ start, end: this.#text.length, kind, ...more });
    if (kind !== "heading") this.#paragraph++;
  }
}

/** White space as one blank; for headings, cells and rows. */
export function oneLine(text: string): string {
  return withoutControls(text).replace(/\s+/gu, " ").trim();
}

/** Blanks as one blank; line ends that the writer set stay. */
function paragraphText(text: string): string {
  return withoutControls(text)
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/gu, "\n")
    .replace(/\n{2,}/gu, "\n")
    .trim();
}
