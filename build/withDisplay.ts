import { has, run } from "./tools/run.ts";

/**
 * `node build/withDisplay.ts COMMAND…` runs a command with a display of its own on Linux, so that
 * windows of tests neither need a screen nor appear on one.
 */
const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("Say which command to run.");
if (process.platform !== "linux") {
  process.exitCode = (await run(command, args)).code;
} else if (await has("xvfb-run")) {
  const screen = "-screen 0 1600x1200x24";
  process.exitCode = (await run("xvfb-run", ["-a", "-s", screen, command, ...args])).code;
} else {
  console.error("xvfb-run is missing. As root, `npm test` installs it; else: apt install xvfb");
  process.exitCode = 1;
}
