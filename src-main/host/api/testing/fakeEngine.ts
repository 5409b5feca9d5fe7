import type { HandlersOf } from "../../../contract/defineRoute.ts";
import type { ModelId } from "../../../contract/ids.ts";
import type { GenerateItem } from "../../../contract/inference.ts";
import type { Model } from "../../../contract/models.ts";
import { protocolVersion, routes, type Routes } from "../../../contract/routes.ts";
import { memoryPortPair } from "../../../rpc/memoryPort.ts";
import { RpcClient } from "../../../rpc/RpcClient.ts";
import { RpcServer } from "../../../rpc/RpcServer.ts";
import type { EngineClient } from "../Endpoint.ts";

const served = {
  "keys.check": routes["keys.check"],
  "ask.run": routes["ask.run"],
  "documents.list": routes["documents.list"],
  "embeddings.run": routes["embeddings.run"],
  "generate.run": routes["generate.run"],
  "models.list": routes["models.list"],
  "models.state": routes["models.state"],
  "search.query": routes["search.query"],
  "tokens.count": routes["tokens.count"],
} as const;

export type FakeHandlers = HandlersOf<typeof served>;

export const knownKey = "hearth-known";

export const stats = {
  promptTokens: 7,
  reusedTokens: 2,
  tokens: 3,
  firstTokenMs: 1,
  tokensPerSecond: 9,
  contextTokens: 100,
  model: "Small",
  quantization: "Q4_1",
  threads: 2,
};

function model(id: string, kind: Model["kind"]): Model {
  return {
    id: id as ModelId,
    name: id.replace(".gguf", ""),
    path: `/models/${id}`,
    kind,
    architecture: "llama",
    parameters: 1,
    quantization: "Q4_1",
    bytes: 1,
    contextLength: 100,
    hasChatTemplate: true,
    source: "A file on this computer",
  };
}

/**
 * The engine's side of the contract without an engine: what the API asks for reaches `handlers`.
 * Requests and replies pass the real schemas.
 */
export function fakeEngine(handlers: Partial<FakeHandlers> = {}): {
  client: EngineClient;
  /** Ends the connection as the death of an engine would. */
  die: () => void;
} {
  const server = new RpcServer({
    routes: served,
    handlers: {
      "keys.check": ({ key }) => ({ name: key === knownKey ? "known" : null }),
      "ask.run": notFaked,
      "documents.list": notFaked,
      "embeddings.run": notFaked,
      "generate.run": says(["Hello", " there"]),
      "models.list": () => ({
        models: [model("small.gguf", "chat"), model("embedder.gguf", "embedding")],
      }),
      "models.state": () => ({
        get: () => ({
          models: [],
          loaded: [],
          transfers: [],
          chatModelId: "small.gguf" as ModelId,
          embeddingModelId: "embedder.gguf" as ModelId,
          rerankerModelId: null,
          starter: [],
        }),
        subscribe: () => () => {},
      }),
      "search.query": notFaked,
      "tokens.count": notFaked,
      ...handlers,
    },
    protocol: protocolVersion,
    generation: "fake",
  });
  const [here, there] = memoryPortPair();
  server.accept(there);
  const client = new RpcClient<Routes>(here, { protocol: protocolVersion, face: "test" });
  return { client, die: () => client.close() };
}

/** A model that says the given pieces, or whole items. */
export function says(pieces: readonly (string | GenerateItem)[]): FakeHandlers["generate.run"] {
  return async (_input, emit) => {
    emit({ type: "prompt", done: 2, total: 7 });
    for (const piece of pieces) {
      emit(typeof piece === "string" ? { type: "delta", text: piece } : piece);
    }
    return { reason: "stop", stopString: null, stats };
  };
}

function notFaked(): never {
  throw new Error("This test has no such answer.");
}
