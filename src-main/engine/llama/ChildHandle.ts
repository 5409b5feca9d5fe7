import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { childEnvironment } from "../../supervisor/childEnvironment.ts";
import type { FromChild, ToChild } from "./child/protocol.ts";

/** How a llama process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote last; llama.cpp names its reasons only there. */
  readonly lastLines: readonly string[];
}

export interface ChildHandleOptions {
  /** The llama process' own file. */
  readonly entryPath: string;
  /** The Node binary that runs it. */
  readonly execPath: string;
  readonly onMessage: (message: FromChild) => void;
  /** Told of each line that it writes to stderr. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Called once, after its last message and its last words. */
  readonly onExit: (exit: ChildExit) => void;
}

const keptLines = 200;
const keptLineLength = 2_000;

/** A started llama process: its channel, its last words, its end. */
export class ChildHandle {
  readonly exited: Promise<ChildExit>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(options: ChildHandleOptions) {
    this.#child = spawn(options.execPath, [options.entryPath], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
      windowsHide: true,
      // One thread in libuv's pool: decoding that hops between threads is slower. ELECTRON_RUN_AS_NODE
      // makes an Electron binary act as Node, should one be given.
      env: childEnvironment(process.env, { UV_THREADPOOL_SIZE: "1", ELECTRON_RUN_AS_NODE: "1" }),
    });
    const stderr = this.#child.stderr;
    if (stderr) {
      createInterface({ input: stderr }).on("line", (line) => {
        this.#keep(line);
        options.onLine?.(line);
      });
    }
    this.#child.on("message", (message) => options.onMessage(message as FromChild));
    this.exited = new Promise((resolve) => {
      let failure: string | null = null;
      const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
        const exit = { code, signal, lastLines: failure ? [...this.#lines, failure] : this.#lines };
        options.onExit(exit);
        resolve(exit);
      };
      // "close" comes after the streams have ended, so the last words are complete.
      this.#child.once("close", settle);
      this.#child.on("error", (error) => {
        failure = error.message;
        // A process that could not be started never closes.
        if (this.#child.pid === undefined) settle(null, null);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Hands over a message. Where that fails the process is gone, which `onExit` tells. */
  send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Asks it to end, and makes sure after the given time. */
  async end(message: ToChild, graceMs: number): Promise<void> {
    this.send(message);
    const timer = setTimeout(() => this.kill(), graceMs);
    try {
      await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #keep(line: string): void {
    this.#lines.push(line.slice(0, keptLineLength));
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
