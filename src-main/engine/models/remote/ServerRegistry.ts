import { randomUUID } from "node:crypto";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import {
  serverIdSchema,
  type Server,
  type ServerId,
  type ServersState,
} from "../../../contract/servers.ts";
import { Cell } from "../../core/Cell.ts";
import { KeyedLock } from "../../core/KeyedLock.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { InferenceBackend, ModelPurpose } from "../../llama/InferenceBackend.ts";
import { readKept, writeJson } from "../atomicJson.ts";
import { HealthWatch } from "./HealthWatch.ts";
import { probeServer } from "./probeServer.ts";
import { RemoteBackend, type RemoteTimings } from "./RemoteBackend.ts";
import { remoteModelId, remoteModels } from "./remoteModels.ts";
import { ServerClient } from "./ServerClient.ts";
import { serverModelGone } from "./serverErrors.ts";
import type { KeyStore } from "../SecretKeeper.ts";
import { readKeyFile, ServerKeys } from "./ServerKeys.ts";
import { hostOf, serverFileSchema, type ServerRecord } from "./serverRecord.ts";
import { serverUrl } from "./serverUrl.ts";

export interface ServerRegistryOptions extends KeyStore {
  /** Where the servers are kept. */
  readonly file: string;
  readonly egress: Pick<Egress, "fetch">;
  readonly onNotice: (error: HearthError) => void;
  readonly timings?: RemoteTimings;
}

export interface NewServer {
  name?: string | undefined;
  url: string;
  key?: string | undefined;
  keyFile?: string | undefined;
  plainHttpAllowed: boolean;
  documentsAllowed: boolean;
  contextTokens: number | null;
}

export interface ServerPatch {
  name?: string | undefined;
  key?: string | null | undefined;
  documentsAllowed?: boolean | undefined;
  contextTokens?: number | null | undefined;
}

const lookMs = 10_000;

/** The servers that the user has named, what they offer and how they are. */
export class ServerRegistry implements AsyncDisposable {
  readonly state = new Cell<ServersState>({ servers: [] });
  readonly #options: ServerRegistryOptions;
  readonly #keys: ServerKeys;
  readonly #health: HealthWatch;
  readonly #lock = new KeyedLock();
  #records: readonly ServerRecord[];

  private constructor(options: ServerRegistryOptions, records: readonly ServerRecord[]) {
    this.#options = options;
    this.#records = records;
    this.#keys = new ServerKeys(options);
    this.#health = new HealthWatch({
      onChange: () => this.#show(),
      look: async (id, signal) => {
        const record = this.#records.find((known) => known.id === id);
        if (!record) return;
        const reason = `Looking whether your server ${record.name} answers again`;
        await this.#client(record).json("/v1/models", { reason, signal, idleMs: lookMs });
      },
    });
    this.#show();
  }

  static async open(options: ServerRegistryOptions): Promise<ServerRegistry> {
    return new ServerRegistry(options, await readServers(options));
  }

  /** The models that the servers offer. */
  models(): Model[] {
    return remoteModels(this.state.get().servers);
  }

  /** @throws HearthError `unavailable` where no server offers the model now */
  backend(model: Model, purpose: ModelPurpose): InferenceBackend {
    const record = this.#records.find(({ id }) => id === model.server?.id);
    const offered = record?.models.find(({ name }) => remoteModelId(record.id, name) === model.id);
    if (!record || !offered) throw serverModelGone(model.id);
    return new RemoteBackend({
      client: this.#client(record),
      serverName: record.name,
      kind: record.kind,
      model: offered,
      purpose,
      counting: record.counting,
      ...(this.#options.timings ? { timings: this.#options.timings } : {}),
    });
  }

  /** @throws HearthError what kept the server from being asked; then nothing is kept */
  async add(input: NewServer, signal?: AbortSignal): Promise<Server> {
    const url = serverUrl(input.url);
    const host = hostOf(url);
    return await this.#lock.run("servers", async () => {
      const twin = this.#records.find((record) => record.url === url);
      if (twin) throw alreadyThere(`There is a server at ${host} already: ${twin.name}.`);
      const name = input.name ?? this.#freeName(host);
      this.#checkName(name, null);
      if (input.keyFile !== undefined) {
        if (!path.isAbsolute(input.keyFile)) throw notFullPath();
        await readKeyFile(input.keyFile);
      }
      const id = serverIdSchema.parse(randomUUID());
      const bare: ServerRecord = {
        id,
        name,
        url,
        kind: "other",
        plainHttpAllowed: input.plainHttpAllowed,
        documentsAllowed: input.documentsAllowed,
        contextTokens: input.contextTokens,
        counting: "estimate",
        models: [],
        probedAt: null,
        sealedKey: null,
        keyFile: input.keyFile ?? null,
      };
      try {
        const sealedKey = await this.#keys.take(id, input.key ?? null);
        const record = await this.#probed({ ...bare, sealedKey }, signal);
        await this.#save([...this.#records, record]);
      } catch (error) {
        this.#keys.forget(id);
        this.#health.forget(id);
        throw error;
      }
      return this.find(id);
    });
  }

  async update(word: string, patch: ServerPatch, signal?: AbortSignal): Promise<Server> {
    return await this.#lock.run("servers", async () => {
      const { id } = this.find(word);
      const before = this.#record(id);
      if (patch.name !== undefined) this.#checkName(patch.name, id);
      let after: ServerRecord = {
        ...before,
        name: patch.name ?? before.name,
        documentsAllowed: patch.documentsAllowed ?? before.documentsAllowed,
        contextTokens:
          patch.contextTokens === undefined ? before.contextTokens : patch.contextTokens,
      };
      if (patch.key !== undefined) {
        const sealedKey = await this.#keys.take(id, patch.key);
        after = { ...after, sealedKey, keyFile: null };
      }
      if (patch.key !== undefined || after.contextTokens !== before.contextTokens) {
        // The key is kept whatever the server says to it: it may be down at the moment.
        await this.#save(this.#replaced(after));
        after = await this.#probed(after, signal);
      }
      await this.#save(this.#replaced(after));
      return this.find(id);
    });
  }

  async remove(word: string): Promise<Server> {
    return await this.#lock.run("servers", async () => {
      const server = this.find(word);
      await this.#save(this.#records.filter(({ id }) => id !== server.id));
      this.#keys.forget(server.id);
      this.#health.forget(server.id);
      return server;
    });
  }

  async probe(word: string, signal?: AbortSignal): Promise<Server> {
    return await this.#lock.run("servers", async () => {
      const { id } = this.find(word);
      await this.#save(this.#replaced(await this.#probed(this.#record(id), signal)));
      return this.find(id);
    });
  }

  /** By id, or by name without regard to case. @throws HearthError `not-found` */
  find(word: string): Server {
    const { servers } = this.state.get();
    const found =
      servers.find(({ id }) => id === word) ??
      servers.find(({ name }) => name.toLowerCase() === word.trim().toLowerCase());
    if (found) return found;
    throw new HearthError({
      code: "not-found",
      title: `You have no server “${word}”.`,
      cause:
        servers.length === 0
          ? "You have named none."
          : `There are: ${servers.map(({ name }) => name).join(", ")}.`,
      suggestion: "Add it with its address.",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#health[Symbol.dispose]();
  }

  async #probed(record: ServerRecord, signal: AbortSignal | undefined): Promise<ServerRecord> {
    const { name, contextTokens } = record;
    const result = await probeServer(this.#client(record), { name, contextTokens, signal });
    return { ...record, ...result, models: [...result.models], probedAt: Date.now() };
  }

  #client(record: ServerRecord): ServerClient {
    const { id, url, plainHttpAllowed } = record;
    return new ServerClient({
      egress: this.#options.egress,
      url,
      host: hostOf(url),
      plainHttp: plainHttpAllowed,
      key: () => this.#keys.get(record),
      onHeard: () => this.#health.heard(id),
      onFailed: (error) => this.#health.failed(id, error),
    });
  }

  #record(id: ServerId): ServerRecord {
    const record = this.#records.find((known) => known.id === id);
    if (!record) throw new Error(`no record of server ${id}`);
    return record;
  }

  #replaced(record: ServerRecord): ServerRecord[] {
    return this.#records.map((known) => (known.id === record.id ? record : known));
  }

  #freeName(host: string): string {
    const taken = new Set(this.#records.map(({ name }) => name.toLowerCase()));
    let name = host;
    for (let at = 2; taken.has(name.toLowerCase()); at++) name = `${host} ${at}`;
    return name;
  }

  #checkName(name: string, own: ServerId | null): void {
    const twin = this.#records.find(
      (record) => record.id !== own && record.name.toLowerCase() === name.toLowerCase(),
    );
    if (twin) throw alreadyThere(`There is a server named “${twin.name}” already.`);
  }

  async #save(records: readonly ServerRecord[]): Promise<void> {
    await writeJson(this.#options.file, { version: 1, servers: records });
    this.#records = records;
    this.#show();
  }

  #show(): void {
    this.state.set({
      servers: this.#records.map((record): Server => {
        const { sealedKey: _sealed, keyFile: _file, ...shown } = record;
        return {
          ...shown,
          host: hostOf(record.url),
          key: this.#keys.place(record),
          health: this.#health.get(record.id),
        };
      }),
    });
  }
}

async function readServers({ file, onNotice }: ServerRegistryOptions): Promise<ServerRecord[]> {
  const kept = await readKept(file, serverFileSchema, (aside) =>
    onNotice(
      new HearthError({
        code: "file-damaged",
        title: "The list of your servers could not be read.",
        cause: `It was moved to ${aside}.`,
        suggestion: "Add your servers again.",
      }),
    ),
  );
  return kept?.servers ?? [];
}

function alreadyThere(title: string): HearthError {
  return new HearthError({
    code: "conflict",
    title,
    suggestion: "Change that one, or choose another name.",
  });
}

function notFullPath(): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "The path of the file with the key is not whole.",
    suggestion: "Give the full path, from the root of the disk on.",
  });
}
