import { z } from "zod";
import type { ModelId } from "../../contract/ids.ts";
import { readJson, writeJson } from "./atomicJson.ts";

const fileSchema = z.object({ version: z.literal(1), uses: z.record(z.string(), z.number()) });

/** A use is noted at most so often; what is lost by a kill is no more than that. */
const noteEveryMs = 60_000;

/** When each model last worked: nobody frees room by names alone. */
export class ModelUses {
  readonly #file: string;
  readonly #onFault: (error: unknown) => void;
  #uses: Promise<Map<string, number>> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, onFault: (error: unknown) => void) {
    this.#file = file;
    this.#onFault = onFault;
  }

  /** Null where it never worked since Hearth notes it. */
  async lastUse(id: ModelId): Promise<number | null> {
    return (await this.#read()).get(id) ?? null;
  }

  /** Notes that a model works now. Whoever uses it does not wait for that. */
  note(id: ModelId, now = Date.now()): void {
    this.#writing = this.#writing
      .then(async () => {
        const uses = await this.#read();
        if (now - (uses.get(id) ?? 0) < noteEveryMs) return;
        uses.set(id, now);
        await writeJson(this.#file, { version: 1, uses: Object.fromEntries(uses) });
      })
      .catch(this.#onFault);
  }

  /** Returns when all that was noted is on the disk. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #read(): Promise<Map<string, number>> {
    this.#uses ??= readJson(this.#file, fileSchema).then(
      (known) => new Map(Object.entries(known?.uses ?? {})),
    );
    return this.#uses;
  }
}
