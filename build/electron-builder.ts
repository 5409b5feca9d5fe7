import fs from "node:fs/promises";
import path from "node:path";
import type { Configuration } from "electron-builder";
import type { ElectronRuntime } from "./setup/electronRuntime.ts";
import { root } from "./tools/run.ts";

export interface PackPlan {
  electron: ElectronRuntime;
  /** The folder with what goes into the asar: the shell and a package.json. */
  appDir: string;
  /** The folder with what plain Node reads; it becomes `resources/hearth`. */
  hearthDir: string;
  nodeBinary: string;
  outputDir: string;
  /** Leaves `--inspect` working, for a test that drives the main process. Never shipped. */
  inspectable: boolean;
}

/**
 * The fuses of the packaged Electron. `runAsNode` off: the engine is started by the Node program
 * that is shipped, so the app itself need not be one for whoever sets an environment variable.
 */
export function fuses(
  electronMajor: number,
  inspectable: boolean,
): NonNullable<Configuration["electronFuses"]> {
  return {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: inspectable,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
    // This fuse came with Electron 29; an older binary has no place for it.
    ...(electronMajor >= 29 && { grantFileProtocolExtraPrivileges: false }),
  };
}

/** What electron-builder is told. Nothing is downloaded, rebuilt or published. */
export function packConfiguration(plan: PackPlan): Configuration {
  const major = Number.parseInt(plan.electron.version, 10);
  const nodeName = process.platform === "win32" ? "node.exe" : "node";
  return {
    appId: "app.hearth.desktop",
    productName: "Hearth",
    electronVersion: plan.electron.version,
    electronDist: plan.electron.folder,
    electronLanguages: ["en-US"],
    directories: {
      app: plan.appDir,
      output: plan.outputDir,
      buildResources: path.join(root, "resources"),
    },
    icon: path.join(root, "resources", "icons", "icon.png"),
    asar: true,
    // Says that packages are dealt with here: the shell is one bundle and needs none.
    beforeBuild: async () => false,
    // The window that a bare Electron shows without an app.
    afterPack: async ({ packager, appOutDir }) => {
      const resources = packager.getResourcesDir(appOutDir);
      await fs.rm(path.join(resources, "default_app.asar"), { force: true });
    },
    publish: null,
    electronFuses: fuses(major, plan.inspectable),
    files: ["**/*"],
    extraResources: [
      { from: plan.hearthDir, to: "hearth", filter: ["**/*"] },
      {
        from: path.join(plan.hearthDir, "node_modules"),
        to: "hearth/node_modules",
        filter: ["**/*"],
      },
      { from: plan.nodeBinary, to: `node/${nodeName}` },
    ],
    linux: { target: "dir", category: "Office", executableName: "hearth" },
    mac: { target: "dir", identity: null },
    win: { target: "dir" },
  };
}
