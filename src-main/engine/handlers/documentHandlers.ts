import type { Engine } from "../Engine.ts";
import { readableExtensions } from "../library/readers/fileTypes.ts";
import { highlightTerms } from "../rag/evidence/highlightTerms.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "documents.state"
  | "documents.list"
  | "documents.ingest"
  | "documents.pick"
  | "documents.upload"
  | "documents.ocrLanguages"
  | "documents.pause"
  | "documents.resume"
  | "documents.cancelAll"
  | "documents.stages"
  | "documents.cancel"
  | "documents.retry"
  | "documents.unlock"
  | "documents.remove"
  | "documents.discard"
  | "documents.tag"
  | "documents.read"
  | "documents.text"
  | "documents.locate"
  | "search.query"
  | "ask.run";

export function documentHandlers(engine: Engine): SomeHandlers<Names> {
  const { answers, collections, documents, files, folders, ingest, ocr, retriever, store } = engine;
  return {
    "documents.state": () => documents.cell,
    "documents.list": () => {
      const state = documents.cell.get();
      return { ...state, documents: state.documents.filter((row) => !row.attachment) };
    },
    "documents.ingest": async ({ paths, password, attachment }, emit, { signal }) => ({
      documents: await ingest.ingest(paths, emit, signal, password, attachment),
    }),
    "documents.pick": async (_input, { face }) => {
      const asked = engine.face(face.id);
      if (!asked) return { paths: null };
      return await asked.ask("dialogs.pickFiles", {
        title: "Add documents",
        extensions: [...readableExtensions],
        folders: false,
      });
    },
    "documents.upload": async (slice) => ({ path: await files.upload(slice) }),
    "documents.ocrLanguages": () => ocr.languages(),
    "documents.pause": () => {
      ingest.pause(true);
      return {};
    },
    "documents.resume": () => {
      ingest.pause(false);
      return {};
    },
    "documents.cancelAll": async () => {
      await ingest.cancelAll();
      return {};
    },
    "documents.stages": () => ({ ...ingest.stageMs }),
    "documents.cancel": async ({ documentId }) => {
      await ingest.cancel(documentId);
      return {};
    },
    "documents.retry": async ({ documentId }) => {
      await ingest.retry(documentId);
      return {};
    },
    "documents.unlock": async ({ documentId, password }) => {
      await ingest.unlock(documentId, password);
      return {};
    },
    "documents.remove": async ({ documentIds }) => {
      await folders.removeDocuments(documentIds);
      return {};
    },
    "documents.discard": async ({ documentIds }) => {
      await engine.attachments.discard(documentIds);
      return {};
    },
    "documents.tag": async ({ documentIds, add, remove }) => {
      documents.putAll(await store.documents.tag(documentIds, add, remove));
      return {};
    },
    "documents.read": ({ documentId, offset, length }) => files.read(documentId, offset, length),
    "documents.text": async ({ documentId, fromPage, toPage }) => ({
      pages: await files.text(documentId, fromPage, toPage),
    }),
    "documents.locate": async ({ documentId, page, start, end }) => ({
      rects: await files.rects(documentId, page, start, end),
    }),
    "search.query": async ({ query, limit, ...chosen }, { signal }) => {
      const documentIds = collections.scope(chosen);
      const highlights = highlightTerms(query);
      const found = await retriever.retrieve(query, {
        limit,
        signal,
        ...(documentIds ? { documentIds } : {}),
      });
      return {
        hits: found.map(({ chunk, document, score, explain }) => ({
          chunkId: chunk.id,
          documentId: chunk.documentId,
          document,
          page: chunk.page,
          location: chunk.location,
          text: chunk.text,
          highlights: highlights(chunk.text),
          score,
          explain,
        })),
      };
    },
    "ask.run": ({ question, modelId, ...chosen }, emit, { signal }) =>
      answers.answer({ question, modelId, documentIds: collections.scope(chosen) }, emit, signal),
  };
}
