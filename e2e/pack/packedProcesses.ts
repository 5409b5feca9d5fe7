import fs from "node:fs/promises";
import path from "node:path";

/** A running process, as Linux tells of it. */
export interface RunningProcess {
  pid: number;
  parentPid: number;
  /** The program and its arguments. */
  command: string[];
}

/** A process and all that it has started, and these in turn. */
export async function processTree(rootPid: number): Promise<RunningProcess[]> {
  const all = await runningProcesses();
  const tree = all.filter(({ pid }) => pid === rootPid);
  for (const { pid } of tree) tree.push(...all.filter(({ parentPid }) => parentPid === pid));
  return tree;
}

/** The files that a process has mapped into its memory: its program, its libraries, its models. */
export async function mappedFiles(pid: number): Promise<string[]> {
  const maps = await fs.readFile(`/proc/${pid}/maps`, "utf8");
  const files = maps.split("\n").map((line) => line.slice(line.indexOf("/")));
  return [...new Set(files.filter((file) => file.startsWith("/")))];
}

/** The files that a process holds open. */
export async function openFiles(pid: number): Promise<string[]> {
  const handles = await fs.readdir(`/proc/${pid}/fd`);
  const targets = handles.map(
    // A handle may be closed between the listing and the look.
    async (handle) => await fs.readlink(`/proc/${pid}/fd/${handle}`).catch(() => ""),
  );
  return (await Promise.all(targets)).filter((file) => path.isAbsolute(file));
}

async function runningProcesses(): Promise<RunningProcess[]> {
  const pids = (await fs.readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((process) => process !== undefined);
}

/** Undefined for a process that has ended in the meantime. */
async function readProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8");
    const command = (await fs.readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    // The program's name stands in parentheses and may hold anything; what follows does not.
    const [, parentPid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parentPid: Number(parentPid), command };
  } catch {
    return undefined;
  }
}
