import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../Row.ts";
import { llamaEnvironment } from "./runLlama.ts";

const startMs = 60_000;

/** A running llama-server on the prebuilt libraries. */
export class LlamaServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts it with a model and waits until it answers. @throws Error with its last words */
  static async start(
    { tools, threads, variants }: Bench,
    model: string,
    args: readonly string[],
  ): Promise<LlamaServer> {
    const port = await freePort();
    const child = spawn(
      path.join(tools.folder, "llama-server"),
      [
        ...["-m", model, "-t", String(threads), "--host", "127.0.0.1", "--port", String(port)],
        ...args,
      ],
      { env: llamaEnvironment(tools.folder), stdio: ["ignore", "ignore", "pipe"] },
    );
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-2000);
    });
    let failure: Error | undefined;
    child.once("error", (error) => (failure = error));
    const server = new LlamaServer(`http://127.0.0.1:${port}`, child);
    const giveUpAt = performance.now() + startMs;
    for (;;) {
      if (failure) throw failure;
      if (child.exitCode !== null) throw new Error(`llama-server ended: ${words.trim()}`);
      if (await server.#healthy()) break;
      if (performance.now() > giveUpAt) {
        await server[Symbol.asyncDispose]();
        throw new Error(`llama-server did not get ready: ${words.trim()}`);
      }
      await sleep(100);
    }
    if (child.pid !== undefined) await variants.look("theirs", child.pid);
    return server;
  }

  async #healthy(): Promise<boolean> {
    try {
      const { ok } = await fetch(`${this.url}/health`);
      return ok;
    } catch {
      // It does not listen yet.
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port could be had.");
  return address.port;
}
