import fs from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildProduct } from "./build.ts";
import { externalPackages } from "./buildNode.ts";
import { packConfiguration } from "./electron-builder.ts";
import { noticesText } from "./notices.ts";
import { ensureElectron } from "./setup/electronRuntime.ts";
import { megabytes } from "./setup/pypi.ts";
import { root } from "./tools/run.ts";
import { llamaLibrariesPackage, packagesWithNeeds } from "./tools/shippedPackages.ts";

/** Files of a package that nothing reads at run time. Licences are no dead weight. */
const deadWeight =
  /\.(?:d\.[cm]?ts|ts|map|md|cc|cpp|h|c)$|^(?:vendor|docs?|src\/koffi\/tools|musl_x64|tests?|examples)(?:\/|$)/;
const licence = /licen[cs]e|notice|copying/i;

/** Makes the unpacked app in `dist/`, or in `dist/inspectable/`. */
async function pack(inspectable: boolean, log: (line: string) => void): Promise<string> {
  const electron = await ensureElectron(log);
  await buildProduct(electron.target, log);
  const dist = path.join(root, "dist", ...(inspectable ? ["inspectable"] : []));
  const staging = path.join(dist, "staging");
  await fs.rm(dist, { recursive: true, force: true });
  log("Gathering what is shipped");
  const appDir = await stageShell(path.join(staging, "app"));
  const hearthDir = await stageNodeSide(path.join(staging, "hearth"));

  log(`Packing with Electron ${electron.version}`);
  const { build, Platform } = await import("electron-builder");
  await build({
    targets: Platform.current().createTarget("dir"),
    config: packConfiguration({
      electron,
      appDir,
      hearthDir,
      nodeBinary: process.execPath,
      outputDir: dist,
      inspectable,
    }),
  });
  await fs.rm(staging, { recursive: true });
  const made = (await fs.readdir(dist)).find((name) => /unpacked|^mac/.test(name));
  if (made === undefined) throw new Error("electron-builder made no app");
  return path.join(dist, made);
}

/** The shell alone goes into the asar. */
async function stageShell(folder: string): Promise<string> {
  await copy("out/shell", path.join(folder, "out", "shell"));
  const { name, productName, version, description, license, main } = JSON.parse(
    await fs.readFile(path.join(root, "package.json"), "utf8"),
  ) as Record<string, string>;
  const manifest = { name, productName, version, description, license, main, author: "Hearth" };
  await fs.writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

/** Everything that plain Node reads: bundles, interface, resources and the native packages. */
async function stageNodeSide(folder: string): Promise<string> {
  for (const part of ["node", "renderer", "resources"]) {
    await copy(`out/${part}`, path.join(folder, "out", part));
  }
  await fs.copyFile(path.join(root, "LICENSE"), path.join(folder, "LICENSE"));
  await fs.writeFile(path.join(folder, "THIRD-PARTY-NOTICES.md"), await noticesText());
  const natives = externalPackages.filter((name) => name !== "node-llama-cpp");
  for (const shipped of await packagesWithNeeds([...natives, llamaLibrariesPackage()])) {
    const target = path.join(folder, path.relative(root, shipped.folder));
    await fs.cp(shipped.folder, target, {
      recursive: true,
      filter: (source) => {
        const inside = path.relative(shipped.folder, source).replaceAll(path.sep, "/");
        if (/(?:^|\/)node_modules(?:\/|$)/.test(inside)) return false;
        return licence.test(inside) || !deadWeight.test(inside);
      },
    });
  }
  return folder;
}

async function copy(from: string, to: string): Promise<void> {
  await fs.cp(path.join(root, from), to, { recursive: true });
}

async function sizeOf(folder: string): Promise<number> {
  const files = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await fs.stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const { values } = parseArgs({ options: { inspectable: { type: "boolean", default: false } } });
const app = await pack(values.inspectable, console.log);
console.log(`Packed ${path.relative(root, app)}: ${megabytes(await sizeOf(app))}`);
