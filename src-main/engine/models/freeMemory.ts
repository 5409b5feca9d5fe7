import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { promisify } from "node:util";

type ReadText = (path: string) => string | null;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/**
 * Bytes that a new process can take without pushing others out: what is free, and what the system
 * keeps only as long as nobody needs it; within the limit of this process' control group.
 */
export async function freeMemory(platform: string = process.platform): Promise<number> {
  if (platform === "linux") return linuxFreeMemory(readText) ?? os.freemem();
  if (platform === "darwin") {
    try {
      const { stdout } = await promisify(execFile)("/usr/bin/vm_stat");
      return parseVmStat(stdout) ?? os.freemem();
    } catch {
      // Without that program the system's own, smaller, number has to do.
      return os.freemem();
    }
  }
  return os.freemem();
}

/** Null where the kernel does not say. Exported for its table test. */
export function linuxFreeMemory(read: ReadText): number | null {
  const meminfo = read("/proc/meminfo") ?? "";
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  if (available === undefined) return null;
  const limits = cgroupRoom(read);
  return Math.max(0, Math.min(Number(available) * 1024, ...limits));
}

/** Room below the memory limits of the control groups, of both versions. */
function cgroupRoom(read: ReadText): number[] {
  const rooms: number[] = [];
  for (const line of (read("/proc/self/cgroup") ?? "").split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (!match) continue;
    const [, controllers = "", folder = "/"] = match;
    for (const part of foldersUpward(folder)) {
      if (controllers === "") {
        rooms.push(...room(read, `/sys/fs/cgroup${part}`, "memory.max", "memory.current"));
      } else if (controllers.split(",").includes("memory")) {
        const base = `/sys/fs/cgroup/memory${part}`;
        rooms.push(...room(read, base, "memory.limit_in_bytes", "memory.usage_in_bytes"));
      }
    }
  }
  return rooms;
}

function room(read: ReadText, folder: string, limitName: string, usedName: string): number[] {
  const limit = Number(read(`${folder}/${limitName}`)?.trim() || Number.NaN);
  const used = Number(read(`${folder}/${usedName}`)?.trim() || Number.NaN);
  if (!Number.isFinite(limit) || !Number.isFinite(used)) return [];
  // Pages of files are counted as used, yet given back first.
  const statistics = read(`${folder}/memory.stat`) ?? "";
  const reclaimable = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(statistics)?.[1] ?? 0);
  return [Math.max(0, limit - used + reclaimable)];
}

function foldersUpward(folder: string): string[] {
  const parts = folder.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts
      .slice(0, parts.length - index)
      .map((part) => `/${part}`)
      .join(""),
  );
}

/** Of macOS' page statistics: free pages and those that are free for the asking. */
export function parseVmStat(text: string): number | null {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1] ?? Number.NaN);
  const pages = ["free", "inactive", "speculative", "purgeable"].map((name) =>
    Number(new RegExp(`^Pages ${name}:\\s+(\\d+)\\.`, "m").exec(text)?.[1] ?? 0),
  );
  const total = pages.reduce((a, b) => a + b, 0);
  return Number.isFinite(pageBytes) && total > 0 ? total * pageBytes : null;
}

/** Resident memory of a process in bytes; null where the system does not tell. */
export function residentMemory(pid: number, read: ReadText = readText): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** The most resident memory that a process ever had, in bytes; null where the system does not tell. */
export function peakMemory(pid: number, read: ReadText = readText): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
