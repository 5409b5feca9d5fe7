import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureLlamaTools } from "../bench/llama/llamaTools.ts";
import { llamaEnvironment } from "../bench/llama/runLlama.ts";
import { has, mustRun, root } from "../tools/run.ts";

const startMs = 60_000;
const xllamacpp = "xllamacpp==2026.10.11549";
export const serverKey = "sesame";
const model = path.join(root, ".cache", "models", "SmolLM2-135M-Instruct.Q4_1.gguf");

export const serverNames = ["llama-server", "xllamacpp"] as const;
export type ServerName = (typeof serverNames)[number];

/** A server that others have made, with the small model and one thread. */
export class RealServer implements AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
  }

  static async start(name: ServerName): Promise<RealServer> {
    const port = await freePort();
    const [command, args, env] =
      name === "llama-server" ? await llamaServer(port) : await xllamacppServer(port);
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let words = "";
    const hear = (text: Buffer): void => {
      words = (words + text.toString()).slice(-2000);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const server = new RealServer(`http://127.0.0.1:${port}`, child);
    const giveUpAt = performance.now() + startMs;
    while (!(await server.#isHealthy())) {
      if (child.exitCode !== null || performance.now() > giveUpAt) {
        await server[Symbol.asyncDispose]();
        throw new Error(`${name} did not get ready: ${words.trim()}`);
      }
      await sleep(100);
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`)).ok;
    } catch {
      // Not listening yet.
      return false;
    }
  }
}

type Start = [string, string[], NodeJS.ProcessEnv];

async function llamaServer(port: number): Promise<Start> {
  const { folder } = await ensureLlamaTools(console.log, () => {});
  const args = ["-m", model, "-c", "2048", "-np", "1", "-t", "1", "--no-warmup"];
  return [
    path.join(folder, "llama-server"),
    [...args, "--host", "127.0.0.1", "--port", String(port), "--api-key", serverKey],
    llamaEnvironment(folder),
  ];
}

/** Installed once, into a Python environment of its own below `.cache`. */
async function xllamacppServer(port: number): Promise<Start> {
  const folder = path.join(root, ".cache", "xllamacpp");
  const python = path.join(folder, "bin", "python");
  const complete = path.join(folder, `complete-${xllamacpp}`);
  const isThere = await fs.access(complete).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    if (!(await has("python3"))) throw new Error("Python 3 is needed to install xllamacpp.");
    await mustRun("python3", ["-m", "venv", "--clear", folder], { output: "keep" });
    await mustRun(python, ["-m", "pip", "install", "--quiet", xllamacpp], { output: "keep" });
    await fs.writeFile(complete, "");
  }
  const script = path.join(import.meta.dirname, "serve.py");
  return [python, [script, model, String(port), serverKey], process.env];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
