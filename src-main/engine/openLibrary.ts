import { entryPath, ocrFiles, pdfjsDir } from "../paths/entries.ts";
import type { Disposer } from "./core/Disposer.ts";
import type { NoticeBoard } from "./core/NoticeBoard.ts";
import type { SettingsService } from "./core/SettingsService.ts";
import type { RequestRecord } from "./egress/requestRecord.ts";
import { AttachmentService } from "./library/AttachmentService.ts";
import { CollectionService } from "./library/CollectionService.ts";
import { DocumentFiles } from "./library/DocumentFiles.ts";
import { DocumentList } from "./library/DocumentList.ts";
import { Eraser } from "./library/Eraser.ts";
import { FolderService } from "./library/folders/FolderService.ts";
import { IngestService } from "./library/IngestService.ts";
import { OcrService } from "./library/ocr/OcrService.ts";
import { PassageIndex } from "./library/PassageIndex.ts";
import type { ModelServices } from "./openModels.ts";
import { ModelReranker } from "./retrieval/ModelReranker.ts";
import { PassageRetriever } from "./retrieval/PassageRetriever.ts";
import type { Store } from "./store/Store.ts";

/** Pages that are recognised at a time; each takes a core, and a few hundred megabytes. */
const mostRecognizers = 4;

export interface LibraryServices {
  readonly attachments: AttachmentService;
  readonly collections: CollectionService;
  readonly documents: DocumentList;
  readonly files: DocumentFiles;
  readonly ingest: IngestService;
  readonly ocr: OcrService;
  readonly folders: FolderService;
  readonly passages: PassageIndex;
  readonly reranker: ModelReranker;
  readonly retriever: PassageRetriever;
}

/** The documents: how they come in, where their passages are, and how those are found. */
export async function openLibrary(options: {
  readonly home: string;
  readonly store: Store;
  readonly settings: SettingsService;
  readonly notices: NoticeBoard;
  readonly models: ModelServices["models"];
  /** Ends them after what is opened later. */
  readonly disposer: Disposer;
  readonly threads: () => number;
  readonly isChatBusy: () => boolean;
  readonly onRequest: (record: RequestRecord) => void;
  readonly log: (line: string) => void;
}): Promise<LibraryServices> {
  const { home, store, settings, notices, models, disposer, log } = options;
  const documents = new DocumentList();
  documents.load(await store.documents.list());
  const collections = await CollectionService.open(store);
  const passages = new PassageIndex({
    home,
    models,
    onNotice: (error) => notices.post("warning", error),
    onFault: (error) => log(`index: ${String(error)}`),
  });
  disposer.add(() => passages[Symbol.asyncDispose]());
  const files = new DocumentFiles({ store, home });
  const ocr = new OcrService({
    shipped: ocrFiles(),
    home,
    settings: settings.cell,
    workerPath: entryPath("recognizer"),
    pdfjsDir: pdfjsDir(),
    threads: Math.min(mostRecognizers, options.threads()),
    onRefused: options.onRequest,
  });
  disposer.add(() => ocr[Symbol.asyncDispose]());
  const onIngestFault = (error: unknown): void => log(`ingest: ${String(error)}`);
  const eraser = new Eraser({ home, store, passages, onFault: onIngestFault });
  disposer.add(() => eraser[Symbol.asyncDispose]());
  const ingest = new IngestService({
    store,
    eraser,
    onRemoved: () => collections.refresh(),
    index: passages,
    list: documents,
    pdfjsDir: pdfjsDir(),
    readerEntry: entryPath("reader"),
    isChatBusy: options.isChatBusy,
    recognizer: ocr.recognizer,
    onFault: onIngestFault,
    onRefused: options.onRequest,
  });
  disposer.add(() => ingest[Symbol.asyncDispose]());
  const folders = new FolderService({
    home,
    store,
    settings,
    list: documents,
    ingest,
    onFault: (error) => log(`folders: ${String(error)}`),
  });
  disposer.add(() => folders[Symbol.asyncDispose]());
  const attachments = new AttachmentService({ store, ingest });
  const reranker = new ModelReranker(models);
  const retriever = new PassageRetriever({
    store,
    passages,
    reranker,
    isAttachment: (id) => documents.get(id)?.attachment === true,
  });
  return {
    attachments,
    collections,
    documents,
    files,
    ingest,
    ocr,
    folders,
    passages,
    reranker,
    retriever,
  };
}
