import type { ModelId } from "../../../src-main/contract/ids.ts";
import type { Model } from "../../../src-main/contract/models.ts";
import type { Server, ServerModel } from "../../../src-main/contract/servers.ts";
import { formatCount } from "../../lib/formatCount.ts";
import type { Strings } from "../../lib/strings/index.ts";

/** What a server is: its address, kind, key and how it counts. */
export function describeServer(server: Server, { servers: words }: Strings): string {
  return [
    server.url,
    words.kinds[server.kind],
    words.keys[server.key],
    words.counting[server.counting],
  ].join(" · ");
}

/** What one of its models can do, as far as the server says. */
export function describeServerModel(
  model: ServerModel,
  { servers: words, locale }: Strings,
): string {
  const context =
    words.context(formatCount(model.contextTokens, locale)) + words.contextFrom[model.contextFrom];
  const abilities =
    model.kind === "embedding"
      ? [words.embeddingModel]
      : [words.tools[model.tools], words.embeddings[model.embeddings]];
  return [context, ...abilities].filter((part) => part !== "").join(" · ");
}

/** The id under which a model of a server is chosen. */
export function idOnServer(
  models: readonly Model[],
  server: Server,
  model: ServerModel,
): ModelId | undefined {
  return models.find((known) => known.server?.id === server.id && known.name === model.name)?.id;
}
