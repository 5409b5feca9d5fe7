import os from "node:os";
import type { Device, Devices } from "../../../contract/devices.ts";
import type { DownloadId } from "../../../contract/downloads.ts";
import { HearthError, toErrorData } from "../../../contract/errors.ts";
import type { HubFit } from "../../../contract/fit.ts";
import type {
  HubModel,
  HubQuantization,
  HubQuery,
  HubState,
  JudgedEntry,
  Recommendation,
} from "../../../contract/hub.ts";
import type { Settings } from "../../../contract/settings.ts";
import { Cell } from "../../core/Cell.ts";
import { preferredGraphics } from "../chooseTarget.ts";
import { installedPath, isInstalled } from "../download/downloadModel.ts";
import type { DownloadQueue } from "../download/DownloadQueue.ts";
import { catalog } from "./catalog.ts";
import type { FitSituation } from "../fitMemory.ts";
import type { HubClient } from "./HubClient.ts";
import type { HubHeaders } from "./HubHeaders.ts";
import type { ModelReply, TreeEntry } from "./hubReplies.ts";
import type { HubToken } from "./HubToken.ts";
import { hubEndpoint, usualHub } from "./hubEndpoint.ts";
import { judgeQuantizations } from "./judgeQuantizations.ts";
import { listQuantizations, type RefusedFile } from "./quantizations.ts";
import { cardFit, recommendModel, roughFit, type Room } from "./recommendModel.ts";

export interface HubServiceOptions {
  readonly client: HubClient;
  readonly headers: HubHeaders;
  readonly token: HubToken;
  readonly queue: DownloadQueue;
  /** Folder of models, now. */
  readonly modelsDir: () => string;
  /** The setting of the hub's address; null for the usual one. */
  readonly endpointSetting: () => string | null;
  readonly threads: () => number;
  /** Counting what would be unloaded for another model. */
  readonly freeMemory: () => Promise<number>;
  /** What there is for a model that is not here yet. */
  readonly situation: (purpose: FitSituation["purpose"]) => Promise<FitSituation>;
  /** Looks for devices; asked only where graphics may be there. */
  readonly devices: () => Promise<Devices>;
  readonly graphicsLikely: () => boolean;
}

const pageLength = 30;
const lookMs = 30_000;

/** What is to be had at the hub, how it suits this machine, and the way to get it. */
export class HubService {
  readonly state: Cell<HubState>;
  readonly #options: HubServiceOptions;
  #lastLook: { at: number; graphics: Device | undefined } | null = null;
  #lastFiles: { key: string; entries: readonly TreeEntry[] } | null = null;

  private constructor(options: HubServiceOptions, state: HubState) {
    this.#options = options;
    this.state = new Cell(state);
  }

  static async open(options: HubServiceOptions): Promise<HubService> {
    const service = new HubService(options, {
      endpoint: usualHub,
      endpointProblem: null,
      token: "none",
    });
    await service.refresh();
    return service;
  }

  /** Settings or the token have changed, or a face that has a key store has come. */
  async refresh(): Promise<void> {
    try {
      const endpoint = hubEndpoint(this.#options.endpointSetting());
      const token = await this.#options.token.state();
      this.state.set({ endpoint, endpointProblem: null, token });
    } catch (error) {
      const { cause } = toErrorData(error);
      this.state.update((state) => ({ ...state, endpointProblem: cause, token: "none" }));
    }
  }

  /** Settings have changed. */
  async follow(before: Settings, after: Settings): Promise<void> {
    if (before.hubEndpoint !== after.hubEndpoint) await this.refresh();
    if (before.offline && !after.offline) this.#options.queue.wake();
  }

  async setToken(token: string | null): Promise<HubState["token"]> {
    const kept = await this.#options.token.set(token);
    await this.refresh();
    return kept;
  }

  /** Hearth's own list, and the entry that suits this machine. Asks nothing of the network. */
  async catalog(): Promise<{ entries: JudgedEntry[]; recommendation: Recommendation | null }> {
    const graphics = await this.#graphics();
    const recommendation = recommendModel(catalog, {
      memoryBytes: os.totalmem(),
      threads: this.#options.threads(),
      graphics: graphics ? { name: graphics.description, memoryBytes: graphics.memoryBytes } : null,
    });
    const room = await this.#room();
    return {
      entries: catalog.map((entry) => ({ ...entry, fit: cardFit(entry, room) })),
      recommendation,
    };
  }

  async search(
    query: HubQuery,
    page: string | null,
    signal: AbortSignal,
  ): Promise<{ models: HubModel[]; next: string | null }> {
    const limited = { ...query, limit: pageLength };
    const { models, next } = await this.#options.client.search(limited, page, signal);
    const { minParameters: min, maxParameters: max } = query;
    // A mirror may not know the filter; what is known to be out of it is left out here.
    const fits = ({ parameters }: HubModel): boolean =>
      parameters === null || (parameters >= (min ?? 0) && parameters <= (max ?? Infinity));
    const room = await this.#room();
    return { models: models.map((reply) => toHubModel(reply, room)).filter(fits), next };
  }

  async model(
    repository: string,
    signal: AbortSignal,
  ): Promise<{ model: HubModel; quantizations: HubQuantization[]; refused: RefusedFile[] }> {
    const { client, modelsDir } = this.#options;
    const reply = await client.model(repository, signal);
    const entries = await this.#files(repository, reply.sha ?? null, signal);
    const { quantizations, refused } = listQuantizations(entries);
    const room = await this.#room();
    return {
      model: toHubModel(reply, room),
      quantizations: await Promise.all(
        quantizations.map(async ({ key, quantization, bytes, files }) => ({
          key,
          quantization,
          bytes,
          parts: files.length,
          fit: roughFit(bytes, Math.max(room.freeBytes, room.graphicsBytes)),
          installed:
            files[0] !== undefined &&
            (await isInstalled(installedPath(modelsDir(), repository, key), files[0])),
        })),
      ),
      refused,
    };
  }

  /**
   * How each quantization of a repository fits this machine, from the header of one of them.
   * @throws HearthError as {@link judgeQuantizations} and the look-up of the files do
   */
  async fits(
    repository: string,
    revision: string | null,
    wanted: string | null,
    signal: AbortSignal,
  ): Promise<HubFit[]> {
    const { headers, situation } = this.#options;
    const { quantizations } = listQuantizations(await this.#files(repository, revision, signal));
    return judgeQuantizations({
      quantizations,
      wanted,
      read: ({ files }) => headers.read(repository, revision ?? "main", files, signal),
      situation,
    });
  }

  async card(repository: string, revision: string, signal: AbortSignal): Promise<string | null> {
    return this.#options.client.card(repository, revision, signal);
  }

  /** Puts a quantization in the queue, with sizes and hashes as the hub tells them now. */
  async add(repository: string, key: string, signal: AbortSignal): Promise<DownloadId> {
    const { client, queue } = this.#options;
    const { sha } = await client.model(repository, signal);
    const revision = sha ?? "main";
    const found = listQuantizations(await client.files(repository, revision, signal));
    const wanted = found.quantizations.find((one) => one.key === key);
    if (wanted === undefined) {
      const refusal = found.refused.find(({ path }) => path === key);
      throw new HearthError({
        code: refusal === undefined ? "not-found" : "not-allowed",
        title: `${key} is not fetched.`,
        cause:
          refusal === undefined ? `${repository} has no such GGUF file.` : `It ${refusal.reason}.`,
        suggestion: "Choose another quantization.",
      });
    }
    const { quantization, files } = wanted;
    return queue.add({ repository, revision, quantization, files });
  }

  /** The files of a version. A commit never changes, so the last one looked at is not asked for twice. */
  async #files(
    repository: string,
    commit: string | null,
    signal: AbortSignal,
  ): Promise<readonly TreeEntry[]> {
    const key = `${this.state.get().endpoint} ${repository} ${commit}`;
    if (this.#lastFiles?.key === key) return this.#lastFiles.entries;
    const entries = await this.#options.client.files(repository, commit ?? "main", signal);
    if (commit !== null) this.#lastFiles = { key, entries };
    return entries;
  }

  async #room(): Promise<Room> {
    const { threads, freeMemory } = this.#options;
    const graphics = await this.#graphics();
    return {
      threads: threads(),
      freeBytes: await freeMemory(),
      graphicsBytes: graphics?.freeBytes ?? 0,
    };
  }

  /** Looking takes a process for each package of libraries, so one look serves for a while. */
  async #graphics(): Promise<Device | undefined> {
    if (!this.#options.graphicsLikely()) return undefined;
    const known = this.#lastLook;
    if (known && Date.now() - known.at < lookMs) return known.graphics;
    const graphics = preferredGraphics((await this.#options.devices()).devices)[0];
    this.#lastLook = { at: Date.now(), graphics };
    return graphics;
  }
}

function toHubModel(reply: ModelReply, room: Room): HubModel {
  const parameters = reply.gguf?.total ?? null;
  const license = reply.tags.find((tag) => tag.startsWith("license:"));
  const updatedAt = Date.parse(reply.lastModified ?? "");
  return {
    repository: reply.id,
    revision: reply.sha ?? null,
    task: reply.pipeline_tag ?? null,
    license: license?.slice("license:".length) ?? null,
    gated: reply.gated !== false,
    downloads: reply.downloads,
    likes: reply.likes,
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    parameters,
    architecture: reply.gguf?.architecture ?? null,
    contextLength: reply.gguf?.context_length ?? null,
    fit: parameters === null ? null : cardFit({ billions: parameters / 1e9 }, room),
  };
}
