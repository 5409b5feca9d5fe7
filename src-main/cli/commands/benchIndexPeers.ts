import { spawn } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { benchDimensions, timingsSchema } from "../../contract/indexBench.ts";
import { resourcesDir, rootDir } from "../../paths/entries.ts";
import type { CommandContext } from "../Command.ts";

/** Exactly these, so that two runs compare the same. */
const packages = ["chromadb==1.5.9", "faiss-cpu==1.15.1"];
const peers = ["chroma", "faiss"] as const;

const builtSchema = z.object({ addMs: z.number() });
const searchedSchema = timingsSchema.extend({
  rssBytes: z.number(),
  found: z.array(z.array(z.string())),
});

export type PeerAnswer = z.infer<typeof builtSchema> & z.infer<typeof searchedSchema>;

/**
 * Makes a Python environment with what Hearth is compared with, unless it is there.
 * @returns its Python
 * @throws HearthError `unavailable` without Python, or where the packages cannot be fetched
 */
export async function preparePeers(context: CommandContext): Promise<string> {
  const folder = path.join(rootDir(), ".cache", "index-peers");
  const isWindows = process.platform === "win32";
  const python = path.join(
    folder,
    "venv",
    isWindows ? "Scripts" : "bin",
    isWindows ? "python.exe" : "python",
  );
  const note = path.join(folder, "packages.txt");
  const wanted = packages.join("\n");
  if ((await fs.readFile(note, "utf8").catch(() => "")) === wanted) return python;
  context.terminal.progress("Fetching what to compare with");
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  const systemPython = isWindows ? "python" : "python3";
  await runPython(systemPython, ["-m", "venv", path.join(folder, "venv")], context);
  await runPython(python, ["-m", "pip", "install", "--quiet", ...packages], context);
  await fs.writeFile(note, wanted);
  return python;
}

/** Builds and searches with each of them, on the files in the folder. */
export async function measurePeers(
  options: { dir: string; chunks: number; queries: number; python: string },
  context: CommandContext,
): Promise<Record<(typeof peers)[number], PeerAnswer>> {
  const { dir, chunks, queries, python } = options;
  const script = path.join(resourcesDir(), "bench", "indexPeers.py");
  const run = async (peer: string, step: string): Promise<unknown> => {
    context.terminal.progress(`${peer}: ${step}`);
    const counts = [chunks, queries, benchDimensions].map(String);
    return JSON.parse(await runPython(python, [script, peer, step, dir, ...counts], context));
  };
  const measure = async (peer: (typeof peers)[number]): Promise<PeerAnswer> => ({
    ...builtSchema.parse(await run(peer, "build")),
    ...searchedSchema.parse(await run(peer, "search")),
  });
  return { chroma: await measure("chroma"), faiss: await measure("faiss") };
}

/** @returns what it wrote on standard output */
async function runPython(
  python: string,
  words: readonly string[],
  { signal }: CommandContext,
): Promise<string> {
  if (signal.aborted) throw cancelledError();
  // The whole environment: proxies and certificates that pip is to use are told there.
  const child = spawn(python, words, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const end = (): void => void child.kill();
  signal.addEventListener("abort", end, { once: true });
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", (error) => reject(unavailable(error.message)));
      child.on("close", (code) => {
        if (code === 0) resolve(output);
        else reject(signal.aborted ? cancelledError() : unavailable(complaints));
      });
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function unavailable(complaints: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "There is nothing to compare with.",
    cause: complaints.trim().split("\n").slice(-3).join(" ").slice(-500),
    suggestion:
      "Comparing needs Python 3 with venv and pip, and a network for the first time. Without --compare it needs none.",
  });
}
