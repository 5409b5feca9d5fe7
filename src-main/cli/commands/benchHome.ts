import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../contract/errors.ts";
import type { Model } from "../../contract/models.ts";
import { connectEngine, type EngineConnection } from "../../supervisor/connectEngine.ts";
import type { CommandContext } from "../Command.ts";

/** Homes that a benchmark makes for itself, with models of the user's home. */

const pollMs = 200;

export interface UsedModels {
  embedder: Model;
  chat: Model | undefined;
}

/** @throws HearthError `model-missing` */
export async function modelsToUse(context: CommandContext): Promise<UsedModels> {
  const { models } = await (await context.engine()).call("models.list", {});
  const embedder = models.find(({ kind, error }) => kind === "embedding" && !error);
  const chat = models.find(({ kind, error }) => kind === "chat" && !error);
  if (embedder) return { embedder, chat };
  throw new HearthError({
    code: "model-missing",
    title: "There is no embedding model to measure with.",
    suggestion: "Run “hearth setup” first.",
  });
}

/** A home that holds these models and nothing else. */
export async function makeHome(home: string, { embedder, chat }: UsedModels): Promise<void> {
  const folder = path.join(home, "models");
  await fs.mkdir(folder, { recursive: true });
  for (const model of [embedder, ...(chat ? [chat] : [])]) {
    await fs.symlink(model.path, path.join(folder, path.basename(model.path)));
  }
}

export async function connectHome(
  home: string,
  { signal }: CommandContext,
): Promise<EngineConnection> {
  return await connectEngine({ home, face: "cli", signal });
}

/** Ends the engine, and waits until its process is gone. */
export async function endEngine(connection: EngineConnection): Promise<void> {
  await connection.client.call("system.shutdown", {});
  connection.close();
  while (isRunning(connection.pid)) await sleep(pollMs);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // There is no such process any more.
    return false;
  }
}
