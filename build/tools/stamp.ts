import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { root } from "./run.ts";
import type { Target } from "./targets.ts";

/** Everything a build is made from. Tests lie among it; to leave them out would save little. */
const sources = [
  "src-main",
  "src-renderer",
  "resources/icons",
  "resources/prompts",
  "build",
  "electron.vite.config.ts",
  "package-lock.json",
];

/** A digest of the contents of all sources and of the target: equal if, and only if, a build would be. */
export async function sourceStamp(target: Target): Promise<string> {
  const hash = createHash("sha256").update(target);
  for (const source of sources) {
    for (const file of await filesUnder(path.join(root, source))) {
      hash.update(`\0${path.relative(root, file)}\0`).update(await fs.readFile(file));
    }
  }
  return hash.digest("hex");
}

async function filesUnder(place: string): Promise<string[]> {
  const stat = await fs.stat(place);
  if (stat.isFile()) return [place];
  const found = await fs.readdir(place, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
