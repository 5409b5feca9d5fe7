import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import path from "node:path";
import { findElectron } from "../../build/setup/electronRuntime.ts";
import type { RunningApp } from "./RunningApp.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A packaged app, started as a user's desktop would: elsewhere, with surroundings of its own. */
export interface PackedApp {
  executablePath: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export interface RunningDesktop extends RunningApp {
  electron: ElectronApplication;
}

/** Starts the built app in the Electron that is there, or a packaged one. */
export async function launchDesktop(home: string, packed?: PackedApp): Promise<RunningDesktop> {
  const electron = packed ? undefined : await findElectron();
  const executablePath = packed?.executablePath ?? electron?.executable;
  if (executablePath === undefined) {
    throw new Error("There is no Electron here. `npm test` fetches one.");
  }
  const flags = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const { ELECTRON_RUN_AS_NODE: _ignored, ...env } = packed?.env ?? process.env;
  const { app, page } = await launchWithWindow({
    executablePath,
    args: [...(packed ? [] : [root]), ...flags, "--home", home],
    cwd: packed?.cwd ?? root,
    env: { ...definedOnly(env), ...(packed ? {} : { HEARTH_NODE: process.execPath }) },
  });
  let closed = false;
  app.on("close", () => (closed = true));
  return {
    page,
    electron: app,
    pid: app.process().pid ?? 0,
    resize: async (size) => {
      await app.evaluate(({ BrowserWindow }, { width, height }) => {
        BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
      }, size);
      await page.waitForFunction((width) => window.innerWidth === width, size.width);
    },
    close: async () => {
      if (!closed) await app.close();
    },
  };
}

/**
 * Starts Electron and waits for its loaded window. Of some hundred launches one was seen whose
 * window the test's tool never reported; such a launch is given up and made once more, and said.
 */
async function launchWithWindow(
  options: NonNullable<Parameters<typeof _electron.launch>[0]>,
): Promise<{ app: ElectronApplication; page: Page }> {
  const timeout = 30_000;
  for (let attempt = 1; ; attempt++) {
    const app = await _electron.launch(options);
    try {
      const page = await app.firstWindow({ timeout });
      await page.waitForLoadState("load", { timeout });
      return { app, page };
    } catch (error) {
      app.process().kill("SIGKILL");
      if (attempt === 2) throw error;
      console.error(`No window was reported, launching again: ${String(error)}`);
    }
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
