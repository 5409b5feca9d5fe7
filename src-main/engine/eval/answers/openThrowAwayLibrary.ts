import fs from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import { Disposer } from "../../core/Disposer.ts";
import { DocumentFiles } from "../../library/DocumentFiles.ts";
import { DocumentList } from "../../library/DocumentList.ts";
import { Eraser } from "../../library/Eraser.ts";
import { IngestService, type IngestServiceOptions } from "../../library/IngestService.ts";
import { PassageIndex } from "../../library/PassageIndex.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { ModelReranker } from "../../retrieval/ModelReranker.ts";
import { PassageRetriever } from "../../retrieval/PassageRetriever.ts";
import { Store } from "../../store/Store.ts";
import type { EvalLibrary, MakeAnswers } from "./EvalLibrary.ts";
import type { SetFile } from "./sets/BuiltSet.ts";

export interface ThrowAwayOptions extends Pick<
  IngestServiceOptions,
  "pdfjsDir" | "readerEntry" | "recognizer" | "isChatBusy" | "onFault" | "onRefused"
> {
  /** Where the library's own folder is made. */
  readonly folder: string;
  readonly models: ModelManager;
  readonly reranker: ModelReranker;
  readonly makeAnswers: MakeAnswers;
}

/**
 * A library beside the user's, with a database, an index and files of its own: documents are taken in
 * and found in it exactly as in the user's, of which it knows nothing. Its folder goes with it.
 *
 * @throws HearthError `cancelled`, or why a document could not be read
 */
export async function openThrowAwayLibrary(
  setFiles: readonly SetFile[],
  options: ThrowAwayOptions,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<EvalLibrary> {
  const { models, makeAnswers, onFault } = options;
  const disposer = new Disposer();
  try {
    await fs.mkdir(options.folder, { recursive: true, mode: 0o700 });
    const home = await fs.mkdtemp(path.join(options.folder, "library-"));
    disposer.add(() => fs.rm(home, { recursive: true, force: true, maxRetries: 10 }));
    const store = await Store.open({ path: path.join(home, "hearth.sqlite"), signal });
    disposer.add(() => store.close());
    const passages = new PassageIndex({ home, models, onNotice: onFault, onFault });
    disposer.add(() => passages[Symbol.asyncDispose]());
    const eraser = new Eraser({ home, store, passages, onFault });
    disposer.add(() => eraser[Symbol.asyncDispose]());
    const ingest = new IngestService({
      ...options,
      store,
      eraser,
      index: passages,
      list: new DocumentList(),
      onRemoved: async () => {},
    });
    disposer.add(() => ingest[Symbol.asyncDispose]());
    ingest.resume();
    await takeIn(ingest, await writeFiles(home, setFiles), onProgress, signal);
    const files = new DocumentFiles({ store, home });
    const retriever = new PassageRetriever({
      store,
      passages,
      reranker: options.reranker,
      isAttachment: () => false,
    });
    return {
      answers: makeAnswers({ retriever, passages, files }),
      retriever,
      documents: setFiles.length,
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (error) {
    await disposer[Symbol.asyncDispose]();
    throw error;
  }
}

async function writeFiles(home: string, files: readonly SetFile[]): Promise<string[]> {
  const folder = path.join(home, "documents");
  await fs.mkdir(folder, { mode: 0o700 });
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const file = path.join(folder, name);
    await fs.writeFile(file, bytes);
    paths.push(file);
  }
  return paths;
}

async function takeIn(
  ingest: IngestService,
  paths: readonly string[],
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const ready = new Set<string>();
  const results = await ingest.ingest(
    paths,
    ({ id, status }) => {
      if (status === "ready") ready.add(id);
      onProgress(ready.size, paths.length);
    },
    signal,
  );
  signal.throwIfAborted();
  const failed = results.find(({ status }) => status !== "ready");
  if (!failed) return;
  // A set with holes would measure something else than it says.
  throw new HearthError({
    code: failed.error?.code ?? "internal",
    title: `“${failed.name}” of the set could not be taken in.`,
    cause: failed.error ? `${failed.error.title} ${failed.error.cause}` : "",
    suggestion: failed.error?.suggestion ?? "Try again.",
  });
}
