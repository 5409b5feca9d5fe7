import { evaluateAbstention } from "../eval/evaluateAbstention.ts";
import { evaluateRetrieval } from "../eval/evaluateRetrieval.ts";
import { loadBeir } from "../eval/loadBeir.ts";
import { chunkTestDocument, cutTestDocument } from "../eval/chunkTestDocument.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "system.state"
  | "system.requests"
  | "system.reportRequest"
  | "system.dismissNotice"
  | "system.shutdown"
  | "eval.retrieval"
  | "eval.abstention";

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
    "eval.abstention": async ({ dataDir, elsewhereDir }, emit, { signal }) =>
      await evaluateAbstention({
        dataset: await loadBeir(dataDir, { signal }),
        ...(elsewhereDir === undefined ? {} : { other: await loadBeir(elsewhereDir, { signal }) }),
        chunk: (document) => cutTestDocument(document),
        embed: (texts, options) => engine.passages.embed(texts, options),
        onProgress: emit,
        signal,
      }),
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
