import { describe, expect, it } from "vitest";
import {
  chooseThreads,
  countCores,
  parseCpuList,
  readCgroupQuota,
  readCpuLimits,
  type ReadText,
} from "./threads.ts";

const files =
  (content: Record<string, string>): ReadText =>
  (path) =>
    content[path] ?? null;

describe("chooseThreads", () => {
  it.each([
    [{ mathCores: 8, affinity: 16, quota: null }, undefined, 8],
    [{ mathCores: 8, affinity: 2, quota: null }, null, 2],
    [{ mathCores: 8, affinity: 8, quota: 2.9 }, null, 2],
    [{ mathCores: 8, affinity: 8, quota: 0.5 }, null, 1],
    [{ mathCores: 2, affinity: 2, quota: 4 }, null, 2],
    [{ mathCores: 2, affinity: 2, quota: null }, 6, 6],
    [{ mathCores: 4, affinity: 4, quota: null }, 0, 4],
    [{ mathCores: 4, affinity: 4, quota: null }, -1, 4],
    [{ mathCores: 4, affinity: 4, quota: null }, 1.5, 4],
  ])("%j with %j is %i", (limits, override, expected) => {
    expect(chooseThreads(limits, override)).toBe(expected);
  });
});

describe("parseCpuList", () => {
  it.each([
    ["0", [0]],
    ["0-3", [0, 1, 2, 3]],
    ["0-1,4,6-7\n", [0, 1, 4, 6, 7]],
    ["", []],
    ["3-1", []],
  ])("%j", (list, expected) => expect(parseCpuList(list)).toEqual(expected));
});

describe("countCores", () => {
  it("counts hardware threads of one core once", () => {
    const read: ReadText = (path) => {
      const cpu = Number(/cpu(\d+)\//.exec(path)?.[1]);
      return `${cpu % 4},${(cpu % 4) + 4}\n`;
    };
    expect(countCores(8, read)).toBe(4);
  });

  it("counts every processor where the kernel tells nothing", () => {
    expect(countCores(3, () => null)).toBe(3);
    expect(countCores(0, () => null)).toBe(1);
  });
});

describe("readCgroupQuota", () => {
  it.each<[string, string, Record<string, string>, number | null]>([
    ["version 2", "0::/app", { "/sys/fs/cgroup/app/cpu.max": "150000 100000\n" }, 1.5],
    ["version 2, unlimited", "0::/app", { "/sys/fs/cgroup/app/cpu.max": "max 100000\n" }, null],
    [
      "version 2, limited above",
      "0::/a/b",
      { "/sys/fs/cgroup/a/cpu.max": "400000 100000", "/sys/fs/cgroup/a/b/cpu.max": "max 100000" },
      4,
    ],
    ["version 2, in a container", "0::/", { "/sys/fs/cgroup/cpu.max": "200000 100000" }, 2],
    [
      "version 1",
      "4:cpu,cpuacct:/x",
      {
        "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "50000",
        "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000",
      },
      0.5,
    ],
    [
      "version 1, unlimited",
      "4:cpu:/",
      {
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
      },
      null,
    ],
    [
      "both",
      "4:cpu:/\n0::/",
      {
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
        "/sys/fs/cgroup/unified/cpu.max": "200000 100000",
      },
      2,
    ],
    ["nothing", "", {}, null],
    [
      "another controller",
      "5:memory:/x",
      { "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "50000" },
      null,
    ],
  ])("%s", (_name, membership, content, expected) => {
    expect(readCgroupQuota(membership, files(content))).toBe(expected);
  });
});

describe("readCpuLimits", () => {
  it("puts the parts together on Linux", () => {
    const read = files({
      "/proc/self/status": "Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n",
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/cpu.max": "max 100000",
    });
    expect(readCpuLimits(read, { total: 4, available: 4 }, "linux")).toEqual({
      mathCores: 4,
      affinity: 2,
      quota: null,
    });
  });

  it("takes the system's word elsewhere", () => {
    expect(readCpuLimits(() => null, { total: 8, available: 6 }, "darwin")).toEqual({
      mathCores: 8,
      affinity: 6,
      quota: null,
    });
  });
});
