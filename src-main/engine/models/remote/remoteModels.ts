import { createHash } from "node:crypto";
import { modelIdSchema, type ModelId } from "../../../contract/ids.ts";
import type { Model } from "../../../contract/models.ts";
import type { Server } from "../../../contract/servers.ts";

const prefix = "server:";
const longestId = 256;

/** Whether an id names a model of a server, also of one that is gone. */
export function isRemoteId(id: ModelId | null): boolean {
  return id !== null && id.startsWith(prefix);
}

export function remoteModelId(serverId: string, name: string): ModelId {
  const plain = `${prefix}${serverId}:${name}`;
  if (plain.length <= longestId) return modelIdSchema.parse(plain);
  const hash = createHash("sha256").update(name).digest("hex");
  return modelIdSchema.parse(`${prefix}${serverId}:${hash}`);
}

/** The models of the user's servers, beside those that have a file here. */
export function remoteModels(servers: readonly Server[]): Model[] {
  return servers.flatMap(({ id, name, host, url, documentsAllowed, models }) =>
    models.map((model): Model => ({
      id: remoteModelId(id, model.name),
      name: model.name,
      path: "",
      kind: model.kind,
      architecture: "",
      parameters: 0,
      quantization: "",
      bytes: 0,
      contextLength: model.contextTokens,
      hasChatTemplate: true,
      source: url,
      server: { id, name, host, documentsAllowed },
    })),
  );
}
