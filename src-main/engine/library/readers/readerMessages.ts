import type { ErrorData } from "../../../contract/errors.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import type { ReadPage, ReadSummary } from "./Reader.ts";

/** A file to read. */
export interface ReaderTask {
  path: string;
  fileName: string;
  password?: string | undefined;
  pdfjsDir?: string | undefined;
  maxPages?: number | undefined;
  pictures?: boolean | undefined;
  maxBytes: number;
  bareText?: boolean | undefined;
}

/** What the reading thread says. Pages are acknowledged one by one. */
export type ReaderMessage =
  | { type: "page"; page: ReadPage; pageCount: number }
  | { type: "done"; summary: ReadSummary }
  | { type: "failed"; error: ErrorData }
  /** Something in the thread tried to reach the network and was stopped. */
  | { type: "refused"; record: RequestRecord };

/** What the reading thread is told. One file at a time is read. */
export type ReaderReply =
  | { type: "read"; task: ReaderTask }
  /** One page was taken. */
  | { type: "taken" };
