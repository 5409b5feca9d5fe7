import fs from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

/**
 * What a running engine leaves in its home folder so that faces find it. The file alone proves
 * nothing: it outlives an engine that was killed. Only a socket that answers does.
 */
export const engineRecordSchema = z.object({
  pid: z.int(),
  /** Path of the Unix socket, or name of the Windows pipe. */
  socket: z.string().min(1),
  protocol: z.int(),
  /** Names one life of the engine. */
  generation: z.string().min(1),
  version: z.string(),
});
export type EngineRecord = z.infer<typeof engineRecordSchema>;

export function engineRecordPath(home: string): string {
  return path.join(home, "engine.json");
}

/** The record of the home's last engine, or undefined where there is none that can be read. */
export async function readEngineRecord(home: string): Promise<EngineRecord | undefined> {
  let text: string;
  try {
    text = await fs.readFile(engineRecordPath(home), "utf8");
  } catch {
    // Absent, or a home that cannot be read: starting an engine will say which.
    return undefined;
  }
  try {
    return engineRecordSchema.parse(JSON.parse(text));
  } catch {
    // Damaged, or written by a version that this one cannot read: as good as none.
    return undefined;
  }
}

/** Writes the record so that a reader sees the old one or the new one, never a part. */
export async function writeEngineRecord(home: string, record: EngineRecord): Promise<void> {
  const target = engineRecordPath(home);
  const temporary = `${target}.${process.pid}.tmp`;
  await fs.writeFile(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await fs.rename(temporary, target);
}

/** Removes the record, unless a later engine has written its own. */
export async function removeEngineRecord(home: string, generation: string): Promise<void> {
  const current = await readEngineRecord(home);
  if (current && current.generation !== generation) return;
  await fs.rm(engineRecordPath(home), { force: true });
}
