import { rm } from "node:fs/promises";
import { z } from "zod";
import { readJson, writeJson } from "../atomicJson.ts";
import { syncFolderOf } from "../download/durableFile.ts";

const journalSchema = z.object({
  version: z.literal(1),
  from: z.string(),
  to: z.string(),
  /** `switching`: all that is named is in both places, verified; the setting may name either. */
  phase: z.enum(["copying", "switching"]),
  /** Whether the new folder, or its marker, was made for this move. */
  madeFolder: z.boolean(),
  madeMarker: z.boolean(),
  /** What is, or will be, in both places for a while. */
  files: z.array(
    z.object({
      relative: z.string(),
      isLink: z.boolean(),
      bytes: z.number(),
      /** When the old one was last written, in milliseconds. */
      mtimeMs: z.number(),
      /** False for one that the new folder had before. */
      made: z.boolean(),
    }),
  ),
});

/** What is on record of a move while it goes on, for an engine that is killed in it. */
export type MoveJournal = z.infer<typeof journalSchema>;
export type MovedFile = MoveJournal["files"][number];

export async function readMoveJournal(file: string): Promise<MoveJournal | null> {
  return await readJson(file, journalSchema);
}

/** Returns when it is on the disk. */
export async function writeMoveJournal(file: string, journal: MoveJournal): Promise<void> {
  await writeJson(file, journal);
  await syncFolderOf(file);
}

export async function removeMoveJournal(file: string): Promise<void> {
  await rm(file, { force: true });
}
