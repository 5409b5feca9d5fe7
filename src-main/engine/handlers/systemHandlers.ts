import { evaluateRetrieval } from "../eval/evaluateRetrieval.ts";
import { loadBeir } from "../eval/loadBeir.ts";
import { chunkTestDocument } from "../eval/chunkTestDocument.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "system.state"
  | "system.requests"
  | "system.reportRequest"
  | "system.dismissNotice"
  | "system.shutdown"
  | "eval.retrieval";

export function systemHandlers(engine: Engine): SomeHandlers<Names> {
  const { store, notices } = engine;
  return {
    "system.state": () => engine.system,
    "system.requests": async ({ limit }) => ({
      total: await store.requests.count(),
      requests: await store.requests.list(limit),
    }),
    "system.reportRequest": async (request) => {
      await store.requests.add(request);
      return {};
    },
    "system.dismissNotice": ({ id }) => {
      notices.dismiss(id);
      return {};
    },
    "system.shutdown": () => {
      // After the reply has left.
      setImmediate(() => engine.requestShutdown());
      return {};
    },
    "eval.retrieval": async ({ dataDir, ablate, folds }, emit, { signal }) =>
      await evaluateRetrieval({
        dataset: await loadBeir(dataDir, { signal }),
        chunk: (document) => chunkTestDocument(document),
        embed: (texts, options) => engine.passages.embed(texts, options),
        rerank: engine.reranker.current,
        ablate,
        ...(folds === undefined ? {} : { folds }),
        onProgress: emit,
        signal,
      }),
  };
}
