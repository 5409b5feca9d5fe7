import { HearthError } from "../../contract/errors.ts";
import { runGeneration } from "../chat/runGeneration.ts";
import { withoutUndefined } from "../core/withoutUndefined.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "generate.run"
  | "tokens.count"
  | "embeddings.run"
  | "rerank.run"
  | "keys.add"
  | "keys.list"
  | "keys.remove"
  | "keys.check"
  | "keys.state"
  | "api.retry"
  | "api.state";

/** What programs ask of the models directly, without chats or documents, and their keys. */
export function inferenceHandlers({ models, apiKeys, apiServer }: Engine): SomeHandlers<Names> {
  return {
    "generate.run": (input, emit, { signal }) => runGeneration(models, input, emit, signal),
    "tokens.count": async ({ messages, tools, modelId }, { signal }) => ({
      tokens: await models.use(
        models.find("chat", modelId),
        "chat",
        async (backend) => {
          const plain = messages.map((message) => withoutUndefined(message));
          const shown = tools?.map((tool) => withoutUndefined(tool)) ?? [];
          return await backend.countChatTokens(plain, { signal, tools: shown });
        },
        signal,
      ),
    }),
    "embeddings.run": async ({ texts, modelId }, { signal }) => {
      const model = models.find("embedding", modelId);
      return await models.use(
        model,
        "embedding",
        async (backend) => {
          // Somebody waits for these, unlike for the vectors of documents.
          const result = await backend.embed(texts, { signal, priority: "chat" });
          if (result.vectors.length !== texts.length) {
            throw new HearthError({ code: "internal", title: "A vector is missing." });
          }
          return {
            vectors: result.vectors.map(toBase64),
            dimensions: backend.info.embeddingSize,
            tokens: result.tokens,
            truncatedTexts: result.truncatedTexts,
            contextTokens: backend.info.contextTokens,
            model: model.name,
          };
        },
        signal,
      );
    },
    "rerank.run": async ({ question, texts, modelId }, { signal }) => {
      const model = models.find("reranker", modelId);
      return await models.use(
        model,
        "reranking",
        async (backend) => {
          const { scores, tokens, truncatedTexts } = await backend.rank(question, texts, {
            signal,
          });
          return { scores: [...scores], tokens, truncatedTexts, model: model.name };
        },
        signal,
      );
    },
    "keys.add": ({ name }) => apiKeys.add(name),
    "keys.list": () => ({ apiKeys: [...apiKeys.list] }),
    "keys.remove": async ({ name }) => ({ apiKey: await apiKeys.remove(name) }),
    "keys.check": async ({ key }) => ({ name: await apiKeys.check(key) }),
    "keys.state": () => apiKeys.cell,
    "api.retry": () => {
      apiServer.retry();
      return {};
    },
    "api.state": () => apiServer.cell,
  };
}

/** 32-bit floats, low byte first on every machine that Hearth runs on. */
function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}
