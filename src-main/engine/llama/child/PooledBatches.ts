import koffi from "koffi";
import { HearthError } from "../../../contract/errors.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import { NativeBatch } from "./NativeBatch.ts";

/** More texts or tokens in one step were measured to be slower, not faster. */
export const pooledBatchTexts = 16;
export const pooledBatchTokens = 1_024;

/** Runs texts through a model that gives each of them some numbers, many texts as sequences of one batch. */
export class PooledBatches implements Disposable {
  readonly #library: Libllama;
  readonly #context: LlamaContext;
  readonly #size: number;
  readonly #batch: NativeBatch;

  /** @param size how many numbers the model gives for a text */
  constructor(library: Libllama, context: LlamaContext, size: number) {
    this.#library = library;
    this.#context = context;
    this.#size = size;
    this.#batch = new NativeBatch(context.batchTokens);
  }

  /** The most tokens that one text can have. */
  get mostTokens(): number {
    return this.#context.batchTokens;
  }

  /**
   * @param texts their tokens; none is empty or longer than {@link mostTokens}
   * @param cancelled asked between batches; then `cancelled` is thrown
   */
  async run(texts: readonly Int32Array[], cancelled: () => boolean): Promise<Float32Array[]> {
    const outputs: Float32Array[] = [];
    let group: Int32Array[] = [];
    let groupTokens = 0;
    const runGroup = async (): Promise<void> => {
      if (cancelled()) throw new HearthError({ code: "cancelled", title: "Stopped." });
      outputs.push(...(await this.#runGroup(group)));
      group = [];
      groupTokens = 0;
    };
    for (const tokens of texts) {
      const full =
        group.length >= this.#context.sequences ||
        groupTokens + tokens.length > Math.min(this.#context.batchTokens, pooledBatchTokens);
      if (group.length > 0 && full) await runGroup();
      group.push(tokens);
      groupTokens += tokens.length;
    }
    if (group.length > 0) await runGroup();
    return outputs;
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }

  async #runGroup(group: readonly Int32Array[]): Promise<Float32Array[]> {
    this.#batch.clear();
    group.forEach((tokens, sequence) =>
      tokens.forEach((token, position) => this.#batch.add(token, position, sequence, true)),
    );
    const outcome = await this.#context.decode(this.#batch);
    if (outcome !== "done") throw new Error("The embedding context is smaller than its batch.");
    this.#context.synchronize();
    const outputs = group.map((_, sequence) => this.#outputOf(sequence));
    if (this.#context.memory !== null) this.#library.memoryClear(this.#context.memory, false);
    return outputs;
  }

  #outputOf(sequence: number): Float32Array {
    const pointer = this.#library.embeddingsOfSequence(this.#context.pointer, sequence);
    if (pointer === null) throw new Error(`Sequence ${sequence} has no embedding.`);
    const raw: unknown = koffi.decode(pointer, "float", this.#size);
    if (!(raw instanceof Float32Array)) throw new TypeError("koffi did not decode floats.");
    // The memory belongs to the library, which writes the next batch there.
    return raw.slice();
  }
}
