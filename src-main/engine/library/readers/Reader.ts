import type { PageBlock, PagePlace } from "../../../contract/pageStructure.ts";
import type { PictureType } from "../../../contract/pictures.ts";
import type { PackedWords } from "./packedWords.ts";

/** The kinds of file that Hearth reads. */
export type MediaType =
  | "application/pdf"
  | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
  | "application/vnd.openxmlformats-officedocument.presentationml.presentation"
  | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
  | "application/vnd.oasis.opendocument.text"
  | "application/vnd.oasis.opendocument.presentation"
  | "application/vnd.oasis.opendocument.spreadsheet"
  | "application/epub+zip"
  | "application/mbox"
  | "message/rfc822"
  | "text/csv"
  | "text/html"
  | "text/markdown"
  | "text/plain"
  /** Program text and data files of whatever language. */
  | "text/x-code"
  | PictureType;

/** A stretch of a page's text that belongs together. */
export type ReadBlock = PageBlock;

/**
 * One page of a document or, where a kind of file has no pages (`paged` false in
 * {@link ReadSummary}), one part of it, cut between lines.
 */
export interface ReadPage {
  /** Counts from 1. Of a part: its place in the sequence of parts, not a page. */
  number: number;
  /** In PDF points, after rotation and crop box; 0 where there are no pages. */
  width: number;
  height: number;
  /** Well-formed UTF-16 without NUL. Blocks are separated by empty lines. */
  text: string;
  /** Rectangles of words; empty where there are no pages. */
  words: PackedWords;
  blocks: ReadBlock[];
  /**
   * Of a part whose lines are the file's: the line with which its text begins, from 1. Else 0.
   */
  firstLine: number;
  /** Where its text stands, in order, where neither rectangles nor lines tell it. */
  places?: PagePlace[];
  /**
   * `images`: something is drawn, but no text; `glyphs`: text is drawn, but the file does not tell its
   * letters; `unreadable`: this page alone is damaged.
   */
  content: "text" | "images" | "glyphs" | "blank" | "unreadable";
  /** How far the text stands for what the page shows (`textQuality.ts`); absent where it surely does. */
  quality?: number;
}

/** What is known of a document when all its pages have been handed over. */
export interface ReadSummary {
  mediaType: MediaType;
  /** As the file names itself; absent if it does not. */
  title?: string;
  pageCount: number;
  paged: boolean;
}

/** A whole document in memory. Large files are better taken page by page. */
export interface ReadDocument extends ReadSummary {
  pages: ReadPage[];
}

export interface ReadOptions {
  /** Opens an encrypted PDF. */
  password?: string | undefined;
  /** Where the PDF reader's character maps and standard fonts lie; default: its npm package. */
  pdfjsDir?: string | undefined;
  /** More pages than this are refused. Default 20,000. */
  maxPages?: number | undefined;
  /** Hands over documents that show something but hold no text, for recognition. Default: refused. */
  pictures?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Receives pages in order, each once. The reader waits for the returned promise before it reads
 * on, so a slow taker bounds memory.
 *
 * @param pageCount of the whole document, as far as known.
 */
export type PageSink = (page: ReadPage, pageCount: number) => void | Promise<void>;

/**
 * Reads one kind of file. To add a kind: implement this, name it in `detectType.ts` and register it
 * in `readBytes.ts`.
 *
 * @throws HearthError file-encrypted, file-damaged, file-empty, file-too-large, file-type-unknown,
 *   cancelled.
 */
export type Reader = (
  bytes: Uint8Array<ArrayBuffer>,
  onPage: PageSink,
  options: ReadOptions,
) => Promise<ReadSummary>;
