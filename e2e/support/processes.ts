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

/**
 * All processes below the given one, a line for each: pid, state, where in the kernel it waits, and its
 * command. Linux only; elsewhere there are none.
 */
export async function descendantsOf(ancestor: number): Promise<string[]> {
  const entries = await fs.readdir("/proc").catch(() => []);
  const found = new Map<number, { parent: number; line: string }>();
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const read = async (file: string): Promise<string> =>
      // It may end at any time, and some files are not for everyone.
      await fs.readFile(`/proc/${entry}/${file}`, "utf8").catch(() => "");
    const stat = await read("stat");
    const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = (await read("cmdline")).replaceAll("\0", " ").trim().slice(0, 160);
    const line = `${entry} ${state} ${(await read("wchan")) || "-"} ${command}`;
    found.set(Number(entry), { parent: Number(parent), line });
  }
  const below = (pid: number | undefined): boolean =>
    pid !== undefined && pid !== 0 && (pid === ancestor || below(found.get(pid)?.parent));
  return [...found.values()].filter(({ parent }) => below(parent)).map(({ line }) => line);
}

function isGone(code: unknown): boolean {
  return code === "ENOENT" || code === "ESRCH";
}
