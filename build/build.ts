import fs from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./tools/run.ts";
import { sourceStamp } from "./tools/stamp.ts";
import type { Target } from "./tools/targets.ts";

const stampFile = path.join(root, "out", "stamp.json");

/**
 * Builds the product into `out/`: `shell/`, `renderer/`, `node/` and `resources/`.
 * Does nothing if `out/` was built from the same sources for the same target.
 * @returns whether it built
 */
export async function buildProduct(target: Target, log: (line: string) => void): Promise<boolean> {
  const stamp = JSON.stringify({ target, stamp: await sourceStamp(target) });
  if ((await fs.readFile(stampFile, "utf8").catch(() => "")) === stamp) {
    log(`Build is up to date (${target}).`);
    return false;
  }
  await fs.rm(path.join(root, "out"), { recursive: true, force: true });
  const started = performance.now();
  process.env["HEARTH_TARGET"] = target;
  log(`Building for ${target === "compat" ? "Electron 22" : "Electron 45"}: shell and interface`);
  const { build: buildShellAndPage } = await import("electron-vite");
  await buildShellAndPage({ logLevel: "warn" });
  log("Building engine, host and command line");
  const { buildNode } = await import("./buildNode.ts");
  await buildNode();
  await fs.writeFile(stampFile, stamp);
  log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return true;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { compat: { type: "boolean", default: false } } });
  await buildProduct(values.compat ? "compat" : "production", console.log).catch((error: Error) => {
    // The bundler's message shows the place; its stack would only show the bundler.
    console.error(error.message);
    process.exitCode = 1;
  });
}
