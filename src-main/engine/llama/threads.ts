import { availableParallelism, cpus } from "node:os";
import { readFileSync } from "node:fs";

/** What is known of the processors that this process may use. */
export interface CpuLimits {
  /** Cores that do arithmetic by themselves; a core with two hardware threads is one. */
  readonly mathCores: number;
  /** Processors that the scheduler may put this process on. */
  readonly affinity: number;
  /** Processors' worth of time that a control group grants, or null without a limit. */
  readonly quota: number | null;
}

/**
 * Threads for one llama process: as many as can run at the same time, never more. Threads wait for
 * each other after every operation, so one that has no core of its own halts them all.
 */
export function chooseThreads(limits: CpuLimits, override?: number | null): number {
  if (override !== undefined && override !== null && Number.isInteger(override) && override > 0)
    return override;
  const quota = limits.quota === null ? Number.POSITIVE_INFINITY : Math.floor(limits.quota);
  return Math.max(1, Math.min(limits.mathCores, limits.affinity, quota));
}

/** Reads a file, or null where it is not there. */
export type ReadText = (path: string) => string | null;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** The limits of this machine and process. `quota` is known on Linux only. */
export function readCpuLimits(
  read: ReadText = readText,
  processors: { readonly total: number; readonly available: number } = {
    total: cpus().length,
    available: availableParallelism(),
  },
  platform: string = process.platform,
): CpuLimits {
  if (platform !== "linux") {
    return { mathCores: processors.total, affinity: processors.available, quota: null };
  }
  const status = read("/proc/self/status") ?? "";
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
  return {
    mathCores: countCores(processors.total, read),
    affinity: allowed ? parseCpuList(allowed).length : processors.available,
    quota: readCgroupQuota(read("/proc/self/cgroup") ?? "", read),
  };
}

/** "0-3,8" as [0, 1, 2, 3, 8], the kernel's way of writing sets of processors. */
export function parseCpuList(list: string): number[] {
  return list
    .trim()
    .split(",")
    .flatMap((range) => {
      const [from, to = from] = range.split("-").map((part) => Number.parseInt(part, 10));
      if (from === undefined || to === undefined || !(to >= from)) return [];
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

/** Processors that share a core are counted once. */
export function countCores(total: number, read: ReadText): number {
  const cores = new Set<string>();
  for (let index = 0; index < total; index++) {
    const siblings = read(`/sys/devices/system/cpu/cpu${index}/topology/thread_siblings_list`);
    cores.add(siblings?.trim() ?? `processor ${index}`);
  }
  return Math.max(1, cores.size);
}

/**
 * The smallest CPU limit of this process' control group and those above it, in processors; of both
 * versions, because a system can have either or both.
 *
 * @param membership text of `/proc/self/cgroup`
 */
export function readCgroupQuota(membership: string, read: ReadText): number | null {
  const quotas: number[] = [];
  for (const line of membership.split("\n")) {
    const match = /^(\d+):([^:]*):(.*)$/.exec(line);
    if (!match) continue;
    const [, hierarchy, controllers = "", path = "/"] = match;
    if (hierarchy === "0" && controllers === "") {
      for (const folder of foldersUpward(path)) {
        for (const root of ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]) {
          quotas.push(...parseCpuMax(read(`${root}${folder}/cpu.max`)));
        }
      }
    } else if (controllers.split(",").includes("cpu")) {
      for (const folder of foldersUpward(path)) {
        for (const root of ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"]) {
          const quota = Number(read(`${root}${folder}/cpu.cfs_quota_us`) ?? Number.NaN);
          const period = Number(read(`${root}${folder}/cpu.cfs_period_us`) ?? Number.NaN);
          if (quota > 0 && period > 0) quotas.push(quota / period);
        }
      }
    }
  }
  return quotas.length > 0 ? Math.min(...quotas) : null;
}

/** "/a/b" as "/a/b", "/a" and "". */
function foldersUpward(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts
      .slice(0, parts.length - index)
      .map((part) => `/${part}`)
      .join(""),
  );
}

/** "200000 100000" as [2]; "max 100000" as none. */
function parseCpuMax(text: string | null): number[] {
  const [quota, period] = (text ?? "").trim().split(/\s+/).map(Number);
  return quota !== undefined && period !== undefined && quota > 0 && period > 0
    ? [quota / period]
    : [];
}
