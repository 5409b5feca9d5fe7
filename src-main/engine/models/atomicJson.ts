import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { writeDurably } from "./download/durableFile.ts";

/** Writes JSON so that a reader sees the old text or the new one, never half. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.new`;
  try {
    await writeDurably(temporary, `${JSON.stringify(value, null, 2)}\n`);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads JSON of a known shape; null if the file is missing or holds anything else. */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    // Unreadable is treated as absent: every file kept this way can be made anew.
    return null;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Reads JSON that cannot be made anew; null where there is none. A file of another shape is moved aside
 * and told of, never written over.
 * @throws what the system says of a file that cannot be read
 */
export async function readKept<T>(
  file: string,
  schema: z.ZodType<T>,
  onDamaged: (movedTo: string) => void,
): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    const aside = `${file}.damaged-${Date.now()}`;
    await rename(file, aside);
    onDamaged(aside);
    return null;
  }
}
