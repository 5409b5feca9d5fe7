import { has, run } from "./tools/run.ts";

/**
 * `node build/withoutNetwork.ts COMMAND…` runs a command with the network taken away: in a network
 * namespace of its own with nothing but loopback. Where the system does not permit that, it says so
 * and runs the command as it is.
 */
const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("Say which command to run.");
if (await canUnshare()) {
  const script = 'ip link set lo up && exec "$@"';
  const { code } = await run("unshare", ["-n", "sh", "-c", script, "sh", command, ...args], {
    env: { HEARTH_TEST_NETWORK: "none" },
  });
  process.exitCode = code;
} else {
  console.error("The network stays on: only root on Linux, with `ip`, can take it away.");
  process.exitCode = (await run(command, args)).code;
}

async function canUnshare(): Promise<boolean> {
  if (process.platform !== "linux" || !(await has("unshare")) || !(await has("ip"))) return false;
  const tried = await run("unshare", ["-n", "ip", "link", "set", "lo", "up"], { output: "keep" });
  return tried.code === 0;
}
