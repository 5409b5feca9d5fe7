import fs from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../contract/errors.ts";
import type { Model } from "../../contract/models.ts";
import type { EmbeddingFingerprint } from "../index/fingerprint.ts";
import { tableNameFor } from "../index/fingerprint.ts";
import { keywordVersion } from "../index/keywordText.ts";
import { VectorIndex } from "../index/VectorIndex.ts";
import type { ComputePriority, InferenceBackend } from "../llama/InferenceBackend.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { ChunkRecord } from "../store/records.ts";
import { chunkerVersion } from "./chunks/chunkPages.ts";

/** Texts for one call of the embedder: small, so that a chat never waits long for its turn. */
export const embedBatchSize = 16;

/** What an index row depends on beside the embedder: how texts are cut, and which words they are found by. */
const rulesVersion = `${chunkerVersion}.${keywordVersion}`;

export interface OpenIndex {
  index: VectorIndex;
  model: Model;
  /** The fingerprint in one word, as documents are stamped with it. */
  stamp: string;
}

/** The search index that belongs to the embedding model in use. */
export class PassageIndex implements AsyncDisposable {
  readonly #dir: string;
  readonly #models: ModelManager;
  readonly #onNotice: (error: HearthError) => void;
  readonly #onFault: (error: unknown) => void;
  #open: { stamp: string; opening: Promise<VectorIndex> } | undefined;

  constructor(options: {
    home: string;
    models: ModelManager;
    onNotice: (error: HearthError) => void;
    /** Told when the index could not be renewed in the background; nothing is lost by that. */
    onFault: (error: unknown) => void;
  }) {
    this.#dir = path.join(options.home, "index");
    this.#models = options.models;
    this.#onNotice = options.onNotice;
    this.#onFault = options.onFault;
  }

  /** The stamp of the embedder in use, without loading anything; undefined while there is none. */
  stamp(): string | undefined {
    const { models, embeddingModelId } = this.#models.state.get();
    const model = models.find((candidate) => candidate.id === embeddingModelId);
    return model && `${model.name}|${model.quantization}|${model.bytes}|${rulesVersion}`;
  }

  /** @throws HearthError `model-missing` where there is no embedder */
  async open(signal?: AbortSignal): Promise<OpenIndex> {
    const model = this.#models.find("embedding");
    const stamp = this.stamp() ?? "";
    if (this.#open?.stamp !== stamp) {
      const before = this.#open;
      const opening = this.#openFor(model, signal);
      this.#open = { stamp, opening };
      // A failed opening must be tried again by the next caller.
      opening.catch(() => {
        if (this.#open?.opening === opening) this.#open = undefined;
      });
      void before?.opening.then((index) => index.close()).catch(() => {});
    }
    return { index: await this.#open.opening, model, stamp };
  }

  /** Folder of the index in use, where it has been opened; null before. */
  async openFolder(): Promise<string | null> {
    const index = await this.#open?.opening.catch(() => null);
    return index?.dir ?? null;
  }

  async #openFor(model: Model, signal: AbortSignal | undefined): Promise<VectorIndex> {
    const dimensions = await this.#models.use(
      model,
      "embedding",
      async (backend) => backend.info.embeddingSize,
      signal,
    );
    const fingerprint: EmbeddingFingerprint = {
      model: model.sha256 ?? `${model.name}:${model.bytes}`,
      quantization: model.quantization,
      chunkerVersion: rulesVersion,
      prefix: "",
      dimensions,
    };
    return await VectorIndex.open({
      dir: path.join(this.#dir, tableNameFor(fingerprint)),
      fingerprint,
      onNotice: this.#onNotice,
      onFault: this.#onFault,
    });
  }

  /**
   * Takes what was removed from the index off the disk. Indexes of other embedders, which hold the same
   * texts, go whole: they can be made again.
   */
  async erase(signal: AbortSignal): Promise<void> {
    const { index } = await this.open(signal);
    for (const name of await fs.readdir(this.#dir)) {
      const folder = path.join(this.#dir, name);
      const isOther = folder !== index.dir && (await fs.stat(folder)).isDirectory();
      if (isOther) await fs.rm(folder, { recursive: true });
    }
    await index.erase(signal);
  }

  /**
   * Vectors of texts, in batches that give way to chats. Where the embedder's process dies, the rest
   * is done by the next one, once: computing a vector twice harms nothing.
   */
  async embed(
    texts: readonly string[],
    options: {
      signal?: AbortSignal;
      priority?: ComputePriority;
      onProgress?: (done: number) => void;
    } = {},
  ): Promise<Float32Array[]> {
    const model = this.#models.find("embedding");
    const { signal, priority = "background", onProgress } = options;
    const vectors: Float32Array[] = [];
    const embedRest = async (backend: InferenceBackend): Promise<void> => {
      while (vectors.length < texts.length) {
        const batch = texts.slice(vectors.length, vectors.length + embedBatchSize);
        const result = await backend.embed(batch, { priority, ...(signal ? { signal } : {}) });
        vectors.push(...result.vectors);
        onProgress?.(vectors.length);
      }
    };
    try {
      await this.#models.use(model, "embedding", embedRest, signal);
    } catch (error) {
      if (!(error instanceof HearthError) || error.code !== "model-died") throw error;
      await this.#models.use(model, "embedding", embedRest, signal);
    }
    return vectors;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    // One that never opened has nothing to close.
    await open?.opening.then((index) => index.close()).catch(() => {});
  }
}

/** What is embedded for a chunk: its headings, then its text. */
export function indexedText(chunk: Pick<ChunkRecord, "context" | "text">): string {
  return chunk.context === "" ? chunk.text : `${chunk.context}\n${chunk.text}`;
}
