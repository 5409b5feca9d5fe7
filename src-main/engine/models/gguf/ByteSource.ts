import type { FileHandle } from "node:fs/promises";

/** Where the bytes of a GGUF file come from: a file on the disk, or a hub that is asked for a part of it. */
export interface ByteSource {
  /**
   * Reads from `position` into the start of `target`.
   *
   * @param length as much as is wanted at most
   * @param least so much has to come; fewer mean that the file has ended
   * @returns how many bytes came
   */
  read(target: Buffer, length: number, position: number, least: number): Promise<number>;
}

export function fileSource(file: FileHandle): ByteSource {
  return {
    read: async (target, length, position) =>
      (await file.read(target, 0, length, position)).bytesRead,
  };
}
