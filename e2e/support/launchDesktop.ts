import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import path from "node:path";
import { findElectron } from "../../build/setup/electronRuntime.ts";
import { childrenOf } from "./processes.ts";
import type { RunningApp } from "./RunningApp.ts";
import { watchStart, type StartWatch } from "./watchStart.ts";

const root = path.resolve(import.meta.dirname, "../..");
const heldShell = path.join(import.meta.dirname, "heldShell.cjs");

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
  const { app, page } = await launchWithWindow(
    {
      executablePath,
      args: [...(packed ? [] : [heldShell]), ...flags, "--home", home],
      cwd: packed?.cwd ?? root,
      env: { ...definedOnly(env), ...(packed ? {} : { HEARTH_NODE: process.execPath }) },
    },
    home,
  );
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

/** Two tries must fit into the time of a test. */
const attemptMs = 40_000;

/**
 * Starts Electron and waits for its loaded window. A launch whose window the test's tool does not report
 * is given up and made once more, and what it waited for is said. So it is of one that the tool cannot
 * even attach to, which fails: a packaged app is not held as `heldShell.cjs` holds the built one.
 */
async function launchWithWindow(
  options: NonNullable<Parameters<typeof _electron.launch>[0]> & { env: Record<string, string> },
  home: string,
): Promise<{ app: ElectronApplication; page: Page }> {
  for (let attempt = 1; ; attempt++) {
    const traceFile = path.join(home, `start-${attempt}.log`);
    const watch = watchStart(traceFile);
    const app = await attach(
      { ...options, env: { ...options.env, HEARTH_START_TRACE: traceFile } },
      home,
      watch,
    );
    watch.reached("the tool is attached");
    try {
      const timeout = attemptMs - watch.elapsedMs();
      const page = await app.firstWindow({ timeout });
      watch.reached("the window is reported");
      await page.waitForLoadState("load", { timeout });
      return { app, page };
    } catch (error) {
      const report = await watch.report();
      app.process().kill("SIGKILL");
      if (attempt === 2) throw new Error(report, { cause: error });
      console.error(`${report}\n${String(error)}\nLaunching again.`);
    }
  }
}

/**
 * Launches Electron with the tool attached to it. The tool's own limit is not used: when it strikes, or
 * when Electron ends, promises of the tool are left that nobody catches, so there is no second try.
 */
async function attach(
  options: Parameters<typeof _electron.launch>[0],
  home: string,
  watch: StartWatch,
): Promise<ElectronApplication> {
  let report = "";
  const giveUp = async (): Promise<void> => {
    report = await watch.report();
    for (const pid of await childrenOf(process.pid, home)) process.kill(pid, "SIGKILL");
  };
  const timer = setTimeout(() => void giveUp().catch(console.error), attemptMs);
  try {
    return await _electron.launch({ ...options, timeout: 0 });
  } catch (error) {
    throw new Error(`${report}\n${String(error)}`.trim(), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
