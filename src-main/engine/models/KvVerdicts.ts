import { stat } from "node:fs/promises";
import { z } from "zod";
import { kvVerdictSchema, type KvVerdict, type Model } from "../../contract/models.ts";
import { readJson, writeJson } from "./atomicJson.ts";
import { movedPath } from "./folder/isInside.ts";

const entrySchema = z.object({
  bytes: z.number(),
  mtimeMs: z.number(),
  verdicts: z.array(kvVerdictSchema),
});
const fileSchema = z.object({
  version: z.literal(1),
  entries: z.record(z.string(), entrySchema),
});
type Entries = z.infer<typeof fileSchema>["entries"];

/**
 * Which KV types each model file has passed the check with. A file that was changed since has passed
 * none. A new comparison with other limits would be a new version here, and all are asked again.
 */
export class KvVerdicts {
  readonly #file: string;
  #entries: Promise<Entries> | null = null;

  /** @param file where they are kept, as JSON */
  constructor(file: string) {
    this.#file = file;
  }

  async get(model: Pick<Model, "path">): Promise<KvVerdict[]> {
    const entry = (await this.#read())[model.path];
    if (!entry) return [];
    const { bytes, mtimeMs } = await markOf(model.path);
    return entry.bytes === bytes && entry.mtimeMs === mtimeMs ? entry.verdicts : [];
  }

  async set(model: Pick<Model, "path">, verdicts: readonly KvVerdict[]): Promise<void> {
    const entries = {
      ...(await this.#read()),
      [model.path]: { ...(await markOf(model.path)), verdicts: [...verdicts] },
    };
    this.#entries = Promise.resolve(entries);
    await writeJson(this.#file, { version: 1, entries });
  }

  /** Files were moved, unchanged, from one folder to another; the old ones are still there. */
  async follow(from: string, to: string): Promise<void> {
    const entries: Entries = {};
    for (const [file, entry] of Object.entries(await this.#read())) {
      const now = movedPath(file, from, to);
      const { bytes, mtimeMs } = await markOf(file);
      // A copy may have another time than its original, by how finely a disk keeps it.
      const isHis = now !== file && entry.bytes === bytes && entry.mtimeMs === mtimeMs;
      entries[now] = isHis ? { ...entry, ...(await markOf(now)) } : entry;
    }
    this.#entries = Promise.resolve(entries);
    await writeJson(this.#file, { version: 1, entries });
  }

  #read(): Promise<Entries> {
    this.#entries ??= readJson(this.#file, fileSchema).then((known) => known?.entries ?? {});
    return this.#entries;
  }
}

async function markOf(path: string): Promise<{ bytes: number; mtimeMs: number }> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch {
    // A file that is gone fits no record.
    return { bytes: -1, mtimeMs: -1 };
  }
}
