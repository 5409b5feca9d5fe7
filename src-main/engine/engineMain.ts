import { parseArgs } from "node:util";
import packageJson from "../../package.json" with { type: "json" };
import { homeDir } from "../paths/entries.ts";
import { acquireHome, listenForFaces } from "../supervisor/EngineHome.ts";
import { closeInheritedFiles } from "../supervisor/inheritedFiles.ts";
import { Linger } from "../supervisor/Linger.ts";
import { reportStartFailure } from "../supervisor/startReport.ts";
import { openEngine } from "./Engine.ts";

/** How long the engine stays after its last face has left, so that the next command finds it warm. */
const usualLingerMs = 3000;

/** The engine process: takes the home, opens the services, listens, ends when nobody needs it. */
async function main(): Promise<void> {
  closeInheritedFiles();
  const { values } = parseArgs({
    options: { home: { type: "string" }, linger: { type: "string" } },
  });
  const home = values.home ?? homeDir();
  const lock = await acquireHome(home);
  const ended = Promise.withResolvers<void>();
  const linger = new Linger({
    lingerMs: values.linger === undefined ? usualLingerMs : Number(values.linger),
    onLonely: ended.resolve,
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, ended.resolve);
  const engine = await openEngine({
    home: lock.home,
    version: packageJson.version,
    log: (line) => console.error(`${new Date().toISOString()} ${line}`),
    onShutdown: ended.resolve,
    onFaceJoined: () => linger.joined(),
    onFaceLeft: () => linger.left(),
  });
  const identity = { generation: engine.generation, version: packageJson.version };
  const listener = await listenForFaces(lock, identity, (port) => engine.accept(port));
  linger.start();
  await ended.promise;
  linger.stop();
  await listener.close();
  await engine[Symbol.asyncDispose]();
  lock.release();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error);
  reportStartFailure(error);
  process.exit(1);
}
