import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { HttpServer } from "../../src-main/cli/commands/benchHttp.ts";
import { entryPath, nodeBinary } from "../../src-main/paths/entries.ts";

/** Hearth's headless host as a process of its own, on a home whose engine may run already. */
export class HearthServer implements AsyncDisposable {
  readonly server: HttpServer;
  readonly #child: ChildProcess;

  private constructor(server: HttpServer, child: ChildProcess) {
    this.server = server;
    this.#child = child;
  }

  static async start(home: string): Promise<HearthServer> {
    const child = spawn(nodeBinary(), [entryPath("host"), "--home", home, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said: Record<string, string> = {};
    for await (const line of createInterface({ input: child.stdout })) {
      const [, name, value] = /^(url|key): (.+)$/u.exec(line) ?? [];
      if (name !== undefined && value !== undefined) said[name] = value;
      if (said["url"] !== undefined && said["key"] !== undefined) break;
    }
    if (said["url"] === undefined || said["key"] === undefined) {
      throw new Error("The headless host ended without naming its address.");
    }
    child.stdout.resume();
    const url = new URL("/v1", said["url"]);
    return new HearthServer({ url: url.origin + url.pathname, key: said["key"] }, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}
