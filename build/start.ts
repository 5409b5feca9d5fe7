import path from "node:path";
import { parseArgs } from "node:util";
import { homeDir } from "../src-main/paths/entries.ts";
import { buildProduct } from "./build.ts";
import { chooseFace } from "./setup/chooseFace.ts";
import { ensureElectron, findElectron, type ElectronRuntime } from "./setup/electronRuntime.ts";
import { setUpModels } from "./setup/setUpModels.ts";
import { root, run } from "./tools/run.ts";

const log = (line: string): void => console.log(line);

const { values } = parseArgs({
  options: {
    web: { type: "boolean", default: false },
    port: { type: "string" },
    home: { type: "string" },
  },
});
const home = homeDir({ argv: values.home === undefined ? [] : ["--home", values.home] });
const { electron, why } = await findFace();
log(`Home folder: ${home}`);
const models = await setUpModels(["--home", home], log);
if (models.code !== 0)
  log("Hearth starts without models; it can fetch them when there is a network.");
await buildProduct(electron?.target ?? (await findElectron())?.target ?? "production", log);
process.exitCode = electron === undefined ? await serve(why) : await openWindow(electron);

/** The Electron to open a window with, or why there is none. */
async function findFace(): Promise<{ electron?: ElectronRuntime; why: string }> {
  const choice = chooseFace({ web: values.web, platform: process.platform, env: process.env });
  if (choice.face === "web") return { why: choice.why };
  try {
    return { electron: await ensureElectron(log), why: "" };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

async function openWindow(runtime: ElectronRuntime): Promise<number> {
  log(`Opening Hearth in Electron ${runtime.version}.`);
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const { code } = await run(runtime.executable, [root, ...sandbox, "--home", home], {
    env: { HEARTH_NODE: process.execPath },
  });
  return code;
}

async function serve(reason: string): Promise<number> {
  log(`Serving Hearth as a web page, not as a window: ${reason}.`);
  const host = path.join(root, "out", "node", "host.js");
  const port = values.port === undefined ? [] : ["--port", values.port];
  const { code } = await run(process.execPath, [host, "--home", home, ...port]);
  return code;
}
