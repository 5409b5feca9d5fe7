import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie waits only for its parent to take note; nothing of it runs.
  return process.platform !== "linux" || stateOf(pid)?.state !== "Z";
}

/** Ends a process as the system would, and waits until it is gone. */
export async function kill9(pid: number): Promise<void> {
  if (isRunning(pid)) process.kill(pid, "SIGKILL");
  await gone([pid], 5000);
}

/** Waits until none of the processes runs. @throws when one still does after the time */
export async function gone(pids: readonly number[], withinMs: number): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const left = pids.filter(isRunning);
    if (left.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`Still running: ${left.join(", ")}.`);
    await sleep(20);
  }
}

/** The direct children of a process; none where the system does not list them in /proc. */
export function childrenOf(parent: number): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => stateOf(pid)?.parent === parent);
}

/** The children that run the given file. Linux only. */
export function childrenRunning(parent: number, file: string): number[] {
  return childrenOf(parent).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(file);
    } catch {
      // It ended while the list was read.
      return false;
    }
  });
}

/** The environment that a process was started with. Linux only. */
export function environmentOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
}

function stateOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything, blanks and brackets too.
    const [state = "", parent = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
