import type { Support } from "../../../contract/answerSigns.ts";

/** How far the documents carry the sentence before it. */
export interface Mark {
  readonly support: Support;
  /** Its numbers, dates or names that no evidence holds. */
  readonly missing: readonly string[];
}

/** A stretch of text of one look, or a sign between two. */
export interface Run {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  readonly href?: string;
  /** Instead of text: the number of a footnote. */
  readonly note?: number;
  /** Instead of text. */
  readonly mark?: Mark;
}

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: "paragraph"; readonly runs: readonly Run[]; readonly quoted: boolean }
  | {
      readonly kind: "item";
      readonly runs: readonly Run[];
      /** "•" or "3."; "" for a further paragraph of an item. */
      readonly marker: string;
      /** From 0. */
      readonly depth: number;
      readonly quoted: boolean;
    }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Run[])[])[] }
  | { readonly kind: "rule" };

/** One message of a chat. */
export interface Part {
  readonly by: "user" | "assistant";
  /** As it was written; for a checked answer with the signs of `answerSigns.ts`. */
  readonly source: string;
  readonly blocks: readonly Block[];
  /** What has to be said of it: declined, stopped; "" if nothing. */
  readonly remark: string;
  /** Which model wrote it; "" where none did. */
  readonly model: string;
  /** The footnote of a citation of this answer; undefined where there is no such citation. */
  readonly noteOf: (citation: number) => number | undefined;
}

/** What a citation leads to. */
export interface Footnote {
  /** From 1, in the order in which they are first referred to. */
  readonly number: number;
  readonly document: string;
  /** "page 3"; "" for the whole document. */
  readonly place: string;
  /** Verbatim. */
  readonly quote: string;
}

/** A chat, or an answer with its question, as it is written into a file. */
export interface ExportDocument {
  readonly title: string;
  /** When, by what: one line below the title. */
  readonly about: string;
  readonly parts: readonly Part[];
  readonly notes: readonly Footnote[];
}
