import fs from "node:fs/promises";

/** Processes whose parent is the given one and whose command line holds a text. Linux only. */
export async function childrenOf(parent: number, text: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await fs.readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = await fs.readFile(`/proc/${entry}/stat`, "utf8");
      // After the name, which is in brackets and may hold anything: state, then parent.
      const [, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(ppid) !== parent) continue;
      const command = await fs.readFile(`/proc/${entry}/cmdline`, "utf8");
      if (command.includes(text)) found.push(Number(entry));
    } catch (error) {
      // It ended while the list was read.
      if (!(error instanceof Error && "code" in error && isGone(error.code))) throw error;
    }
  }
  return found;
}

function isGone(code: unknown): boolean {
  return code === "ENOENT" || code === "ESRCH";
}
