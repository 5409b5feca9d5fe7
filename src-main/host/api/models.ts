import type { Model } from "../../contract/models.ts";
import { HearthError } from "../../contract/errors.ts";
import { toApiError } from "./ApiError.ts";
import type { EngineClient, Endpoint } from "./Endpoint.ts";

/** The name under which programs know a model: that of its file. */
export function publicName(model: Model): string {
  return model.server ? model.id : model.id.replace(/\.gguf$/iu, "");
}

/**
 * The model that a program means, by the name of its file or of the model itself, without regard to
 * case; the one chosen in Hearth where it names none.
 * @throws ApiError 404
 */
export async function findModel(
  engine: EngineClient,
  kind: "chat" | "embedding",
  name: string | undefined,
  signal: AbortSignal,
): Promise<Model> {
  const { models } = await engine.call("models.list", {}, { signal });
  const usable = models.filter((model) => model.kind === kind);
  if (name === undefined || name === "") {
    const chosen = await chosenModel(engine, kind, signal);
    const found = usable.find((model) => model.id === chosen);
    if (found) return found;
    throw toApiError(
      new HearthError({ code: "model-missing", title: `There is no ${kind} model yet.` }),
    );
  }
  const wanted = name.toLowerCase();
  // A model of a server only by its whole id: a name never leads from this computer to another.
  const own = usable.filter((model) => !model.server);
  const found =
    usable.find((model) => model.id === name) ??
    own.find((model) => model.id.toLowerCase() === wanted) ??
    own.find((model) => publicName(model).toLowerCase() === wanted) ??
    own.find((model) => model.name.toLowerCase() === wanted);
  if (found) return found;
  throw noModel(name, kind, usable);
}

function chosenModel(
  engine: EngineClient,
  kind: "chat" | "embedding",
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const stop = engine.watch(
      "models.state",
      {},
      ({ chatModelId, embeddingModelId }) => {
        resolve(kind === "chat" ? chatModelId : embeddingModelId);
        queueMicrotask(() => stop());
      },
      reject,
    );
    signal.addEventListener("abort", () => stop(), { once: true });
  });
}

function noModel(name: string, kind: string, usable: readonly Model[]): Error {
  const names = usable.map(publicName).join(", ");
  return toApiError(
    new HearthError({
      code: "model-missing",
      title: `There is no ${kind} model “${name.slice(0, 200)}”.`,
      cause: names === "" ? "" : `There are: ${names}.`,
    }),
  );
}

/** In the shape of both OpenAI and Anthropic, whose fields do not contradict each other. */
function toModelJson(model: Model): Record<string, unknown> {
  return {
    id: publicName(model),
    object: "model",
    type: "model",
    display_name: model.name,
    created: 0,
    created_at: "1970-01-01T00:00:00Z",
    owned_by: model.server?.host ?? "hearth",
    kind: model.kind,
    quantization: model.quantization,
    context_length: model.contextLength,
  };
}

export const modelEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/v1/models",
    dialect: "openai",
    answer: async ({ engine, signal }) => {
      const data = (await listed(engine, signal)).map(toModelJson);
      const [first, last] = [data[0]?.["id"] ?? null, data.at(-1)?.["id"] ?? null];
      return { object: "list", data, has_more: false, first_id: first, last_id: last };
    },
  },
  {
    method: "GET",
    path: "/v1/models/",
    dialect: "openai",
    answer: async ({ engine, signal, rest }) => {
      const models = await listed(engine, signal);
      const wanted = rest.toLowerCase();
      const found = models.find(
        (model) => model.id.toLowerCase() === wanted || publicName(model).toLowerCase() === wanted,
      );
      if (!found) throw noModel(rest, "", models);
      return toModelJson(found);
    },
  },
];

async function listed(engine: EngineClient, signal: AbortSignal): Promise<Model[]> {
  const { models } = await engine.call("models.list", {}, { signal });
  return models.filter((model) => !model.error && model.kind !== "unknown");
}
