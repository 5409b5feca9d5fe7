import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { readJson, writeJson } from "../atomicJson.ts";
import { syncFolderOf } from "./durableFile.ts";

const stateSchema = z.object({
  url: z.string(),
  /** Strong validator that the server gave, or null. */
  etag: z.string().nullable(),
  /** Size of the whole file, or null where it is not known. */
  totalBytes: z.number().nullable(),
  /** What the whole file must hash to, or null. */
  sha256: z.string().nullable(),
});
export type PartialState = z.infer<typeof stateSchema>;

/**
 * A download that is not whole yet: `<target>.part` with the bytes so far, and `<target>.part.json`
 * with what they belong to.
 */
export class PartialFile {
  readonly target: string;
  readonly #part: string;
  readonly #stateFile: string;

  constructor(target: string) {
    this.target = target;
    this.#part = `${target}.part`;
    this.#stateFile = `${target}.part.json`;
  }

  async bytes(): Promise<number> {
    return (await stat(this.#part).catch(() => null))?.size ?? 0;
  }

  async state(): Promise<PartialState | null> {
    return readJson(this.#stateFile, stateSchema);
  }

  async setState(state: PartialState): Promise<void> {
    await writeJson(this.#stateFile, state);
  }

  /** Opens the bytes for writing behind `from`; what is there beyond it is cut off. */
  async openAt(from: number): Promise<FileHandle> {
    const file = await open(this.#part, from === 0 ? "w" : "r+");
    if (from > 0) await file.truncate(from);
    return file;
  }

  async discard(): Promise<void> {
    await rm(this.#part, { force: true });
    await rm(this.#stateFile, { force: true });
  }

  /** Hash of the bytes as they lie on the disk. */
  async sha256(onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<string> {
    return sha256OfFile(this.#part, onBytes, signal);
  }

  /** Makes the partial file the target, at once and for good. */
  async finish(): Promise<void> {
    const file = await open(this.#part, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.#part, this.target);
    await syncFolderOf(this.target);
    await rm(this.#stateFile, { force: true });
  }
}

/** SHA-256 of a file in hex. @throws the signal's AbortError when it fires */
export async function sha256OfFile(
  file: string,
  onBytes: (bytes: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = createReadStream(file, {
    highWaterMark: 1024 * 1024,
    ...(signal ? { signal } : {}),
  });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(bytes);
  }
  return hash.digest("hex");
}
