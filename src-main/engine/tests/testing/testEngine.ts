import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { entryPath, nodeBinary, rootDir } from "../../../paths/entries.ts";
import { connectEngine, type EngineConnection } from "../../../supervisor/connectEngine.ts";
import { readEngineRecord } from "../../../supervisor/engineRecord.ts";
import { NodeEngineStarter } from "../../../supervisor/NodeEngineStarter.ts";
import { childrenOf, gone, isRunning, kill9 } from "./processes.ts";

const modelFiles = ["SmolLM2-135M-Instruct.Q4_1.gguf", "all-MiniLM-L6-v2.Q8_0.gguf"];
const endMs = 15_000;

export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { out: string; err: string };
  readonly ended: Promise<CliResult>;
}

/** A home of its own with the test models in it, and Hearth's real engine as faces reach it. */
export class TestEngine implements AsyncDisposable {
  /** Holds the home and whatever a test writes beside it. */
  readonly folder: string;
  readonly home: string;
  readonly #starter: NodeEngineStarter;
  readonly #connections: EngineConnection[] = [];
  readonly #clis: ChildProcess[] = [];
  readonly #pids = new Set<number>();

  private constructor(folder: string, lingerMs: number) {
    this.folder = folder;
    this.home = path.join(folder, "home");
    this.#starter = new NodeEngineStarter({ lingerMs });
  }

  /** @param options.lingerMs how long an engine stays after its last face */
  static async make(options: { lingerMs?: number } = {}): Promise<TestEngine> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-engine-"));
    const test = new TestEngine(folder, options.lingerMs ?? 1000);
    const models = process.env["HEARTH_TEST_MODELS"] ?? path.join(rootDir(), ".cache", "models");
    await fs.mkdir(path.join(test.home, "models"), { recursive: true });
    for (const name of modelFiles) {
      await fs.access(path.join(models, name));
      await fs.symlink(path.join(models, name), path.join(test.home, "models", name));
    }
    return test;
  }

  /** Attaches one more face, and starts the engine where there is none. */
  async connect(face = "test"): Promise<EngineConnection> {
    const connection = await connectEngine({ home: this.home, face, starter: this.#starter });
    this.#connections.push(connection);
    this.#pids.add(connection.pid);
    return connection;
  }

  /** Starts a command of the command line on this home. */
  cli(
    args: readonly string[],
    options: { under?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
  ): StartedCli {
    const line = [
      ...(options.under ?? []),
      nodeBinary(),
      entryPath("cli"),
      ...args,
      "--home",
      this.home,
    ];
    const child = spawn(line[0]!, line.slice(1), {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
    });
    this.#clis.push(child);
    const printed = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.err += text));
    const closed = once(child, "close") as Promise<[number | null]>;
    return { child, printed, ended: closed.then(([code]) => ({ code, ...printed })) };
  }

  /** Ends a command's process without asking it. */
  async killCli(started: StartedCli): Promise<void> {
    started.child.kill("SIGKILL");
    await started.ended;
  }

  /** The engine that runs now, by what the home says. */
  async pid(): Promise<number | undefined> {
    const record = await readEngineRecord(this.home);
    if (!record || !isRunning(record.pid)) return undefined;
    this.#pids.add(record.pid);
    return record.pid;
  }

  /** Kills the engine. @returns the processes that it had started */
  async killEngine(): Promise<number[]> {
    const pid = await this.pid();
    if (pid === undefined) throw new Error("There is no engine to kill.");
    const children = childrenOf(pid);
    for (const child of children) this.#pids.add(child);
    await kill9(pid);
    return children;
  }

  /** Ends the engine in good order, and waits until it and its processes are gone. */
  async end(): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) return;
    const children = childrenOf(pid);
    const { client } = await this.connect();
    await client.call("system.shutdown", {});
    await gone([pid, ...children], endMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#clis) child.kill("SIGKILL");
    const pid = await this.pid();
    if (pid !== undefined) for (const child of childrenOf(pid)) this.#pids.add(child);
    for (const connection of this.#connections) connection.close();
    // In good order is tested elsewhere; here it only has to be sure.
    for (const left of this.#pids) await kill9(left);
    await fs.rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
