import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { describeFileError } from "../contract/describeFileError.ts";
import { HearthError } from "../contract/errors.ts";
import { entryPath, nodeBinary } from "../paths/entries.ts";
import { childEnvironment } from "./childEnvironment.ts";
import type { EngineEnd, EngineStarter, StartedEngine } from "./EngineStarter.ts";
import { inheritedFilesVariable, listInheritedFiles } from "./inheritedFiles.ts";
import { parseStartReport, startReportVariable } from "./startReport.ts";

/** A log that has grown beyond this is set aside when the next engine starts; one older log is kept. */
const maxLogBytes = 1024 * 1024;
const tailBytes = 4096;
const tailLines = 12;

export interface NodeEngineStarterOptions {
  /** How long the engine stays after its last face has left, in milliseconds; its own choice if absent. */
  lingerMs?: number;
  /** The file to run, for tests; Hearth's own engine if absent. */
  entry?: string;
  /** The Node program to run it with. */
  node?: string;
}

/** Starts the engine as a plain Node process of its own session. */
export class NodeEngineStarter implements EngineStarter {
  readonly #options: NodeEngineStarterOptions;

  constructor(options: NodeEngineStarterOptions = {}) {
    this.#options = options;
  }

  async start(home: string): Promise<StartedEngine> {
    const { entry = entryPath("engine"), node = nodeBinary(), lingerMs } = this.#options;
    const log = await openLog(home);
    try {
      const linger = lingerMs === undefined ? [] : ["--linger", String(lingerMs)];
      const child = spawn(node, [entry, "--home", home, ...linger], {
        cwd: home,
        // Its own session: an interrupt in the face's terminal does not reach it.
        detached: true,
        windowsHide: true,
        stdio: ["ignore", log.handle.fd, log.handle.fd, "pipe"],
        env: childEnvironment(process.env, {
          [startReportVariable]: "3",
          [inheritedFilesVariable]: listInheritedFiles(),
        }),
      });
      const ended = endOf(child);
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (error) => reject(spawnFailed(node, error)));
      });
      child.unref();
      return { pid: child.pid ?? 0, ended, logTail: () => logTail(log.file, log.from) };
    } finally {
      await log.handle.close();
    }
  }
}

function endOf(child: ChildProcess): Promise<EngineEnd> {
  const report = child.stdio[3] as Readable & { unref?: () => void };
  let text = "";
  report.setEncoding("utf8");
  report.on("data", (part: string) => (text += part));
  // A broken pipe is the end of the process, which "close" tells.
  report.on("error", () => {});
  // Waiting for a report must not keep a face alive that is done.
  report.unref?.();
  return new Promise((resolve) => {
    child.once("close", (exitCode, signal) =>
      resolve({ exitCode, signal, error: parseStartReport(text) }),
    );
    child.once("error", () => resolve({ exitCode: null, signal: null, error: undefined }));
  });
}

interface Log {
  file: string;
  handle: fs.FileHandle;
  /** Where this engine's part begins, in bytes. */
  from: number;
}

async function openLog(home: string): Promise<Log> {
  const folder = path.join(home, "logs");
  const file = path.join(folder, "engine.log");
  try {
    await fs.mkdir(home, { recursive: true, mode: 0o700 });
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    const size = await fs.stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > maxLogBytes) await fs.rename(file, path.join(folder, "engine.1.log"));
    const handle = await fs.open(file, "a", 0o600);
    return { file, handle, from: (await handle.stat()).size };
  } catch (error) {
    throw new HearthError(
      {
        code: "home-unusable",
        title: "Hearth cannot use its home folder.",
        cause: `${home}: ${describeFileError(error)}`,
        suggestion: "Give yourself read and write access to it, or choose another with --home.",
      },
      { cause: error },
    );
  }
}

async function logTail(file: string, from: number): Promise<string> {
  let handle: fs.FileHandle | undefined;
  try {
    handle = await fs.open(file, "r");
    const { size } = await handle.stat();
    const start = Math.max(from, size - tailBytes, 0);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    const lines = buffer.subarray(0, bytesRead).toString("utf8").trimEnd().split("\n");
    return lines.slice(-tailLines).join("\n");
  } catch (error) {
    return `Its log cannot be read: ${describeFileError(error)}`;
  } finally {
    await handle?.close();
  }
}

function spawnFailed(node: string, error: Error): HearthError {
  return new HearthError(
    {
      code: "engine-start-failed",
      title: "Hearth's engine could not be started.",
      cause: `${node}: ${describeFileError(error, node)}`,
      suggestion: "Install Hearth again, or set HEARTH_NODE to a Node 24 program.",
    },
    { cause: error },
  );
}
