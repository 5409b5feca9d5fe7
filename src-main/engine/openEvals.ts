import path from "node:path";
import { entryPath, pdfjsDir } from "../paths/entries.ts";
import type { Answers } from "./eval/answers/EvalLibrary.ts";
import { EvalService, type EvalServiceOptions } from "./eval/answers/EvalService.ts";
import {
  openThrowAwayLibrary,
  type ThrowAwayOptions,
} from "./eval/answers/openThrowAwayLibrary.ts";
import type { DocumentList } from "./library/DocumentList.ts";
import type { PassageIndex } from "./library/PassageIndex.ts";
import type { PassageRetriever } from "./retrieval/PassageRetriever.ts";
import type { Store } from "./store/Store.ts";

/** Makes libraries for a set of documents, which are gone afterwards. */
export function throwAwayLibraries(
  options: Omit<ThrowAwayOptions, "folder" | "pdfjsDir" | "readerEntry"> & {
    readonly home: string;
  },
): EvalServiceOptions["throwAwayLibrary"] {
  const given = {
    ...options,
    folder: evalFolder(options.home),
    pdfjsDir: pdfjsDir(),
    readerEntry: entryPath("reader"),
  };
  return (files, onProgress, signal) => openThrowAwayLibrary(files, given, onProgress, signal);
}

function evalFolder(home: string): string {
  return path.join(home, "cache", "eval");
}

export interface OpenEvalsOptions extends Pick<EvalServiceOptions, "models" | "throwAwayLibrary"> {
  readonly home: string;
  readonly version: string;
  readonly store: Store;
  /** What belongs to the user's own library. */
  readonly documents: DocumentList;
  readonly passages: PassageIndex;
  readonly answers: Answers;
  readonly retriever: PassageRetriever;
}

/** Evaluations on the user's library, and on libraries that are made for a set and thrown away. */
export async function openEvals(options: OpenEvalsOptions): Promise<EvalService> {
  const { store, models, documents, passages, answers, retriever } = options;
  return await EvalService.open({
    store,
    models,
    folder: evalFolder(options.home),
    hearthVersion: options.version,
    embed: (texts, signal) => passages.embed(texts, { signal, priority: "chat" }),
    ownLibrary: () => ({
      answers,
      retriever,
      documents: documents.cell.get().documents.filter((row) => !row.attachment).length,
      [Symbol.asyncDispose]: async () => {},
    }),
    throwAwayLibrary: options.throwAwayLibrary,
  });
}
