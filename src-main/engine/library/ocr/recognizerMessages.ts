import type { RequestRecord } from "../../egress/requestRecord.ts";
import type { ReadPage } from "../readers/Reader.ts";
import type { OcrAssets } from "./ocrAssets.ts";

/** What a recognising thread is given at its start. */
export interface RecognizerSetup {
  assets: OcrAssets;
  pdfjsDir: string | undefined;
}

/** One page to recognise. */
export interface RecognizerTask {
  path: string;
  password: string | undefined;
  /** The page, from 1. */
  page: number;
}

/** What was recognised; `confidence` from 0 to 100. */
export type Recognized = Pick<ReadPage, "text" | "words" | "blocks"> & { confidence: number };

export type RecognizerMessage =
  /** Tesseract and its languages are loaded, or cannot be. */
  | { type: "ready" }
  | { type: "unusable"; reason: string }
  | { type: "done"; result: Recognized }
  /** The page cannot be drawn or read; the thread is ended. */
  | { type: "failed"; reason: string }
  | { type: "refused"; record: RequestRecord };
