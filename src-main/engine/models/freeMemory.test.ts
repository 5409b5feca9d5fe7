import { describe, expect, it } from "vitest";
import { freeMemory, linuxFreeMemory, parseVmStat, residentMemory } from "./freeMemory.ts";

const files =
  (table: Record<string, string>) =>
  (path: string): string | null =>
    table[path] ?? null;

const gib = 2 ** 30;

describe("free memory", () => {
  it.each([
    ["without limits", {}, 8 * gib],
    [
      "in a control group with room for less",
      {
        "/proc/self/cgroup": "0::/app/one\n",
        "/sys/fs/cgroup/app/memory.max": `${4 * gib}\n`,
        "/sys/fs/cgroup/app/memory.current": `${3 * gib}\n`,
        "/sys/fs/cgroup/app/memory.stat": `anon 1\ninactive_file ${gib / 2}\n`,
        "/sys/fs/cgroup/app/one/memory.max": "max\n",
      },
      1.5 * gib,
    ],
    [
      "in one of the older kind",
      {
        "/proc/self/cgroup": "5:memory,cpu:/box\n",
        "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": `${2 * gib}\n`,
        "/sys/fs/cgroup/memory/box/memory.usage_in_bytes": `${gib}\n`,
        "/sys/fs/cgroup/memory/box/memory.stat": `total_inactive_file ${gib / 4}\n`,
      },
      1.25 * gib,
    ],
  ] as [string, Record<string, string>, number][])("on Linux %s", (_case, table, expected) => {
    const read = files({ "/proc/meminfo": `MemAvailable:   ${8 * 2 ** 20} kB\n`, ...table });
    expect(linuxFreeMemory(read)).toBe(expected);
  });

  it("is unknown where the kernel does not say", () => {
    expect(linuxFreeMemory(files({}))).toBeNull();
  });

  it("on macOS counts the pages that are free for the asking", () => {
    const text = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10.
Pages active:                           9000.
Pages inactive:                           20.
Pages speculative:                         3.
Pages purgeable:                           4.
`;
    expect(parseVmStat(text)).toBe(37 * 16_384);
    expect(parseVmStat("nothing")).toBeNull();
  });

  it("is told for this machine", async () => {
    expect(await freeMemory()).toBeGreaterThan(1e6);
  });

  it("of a process that is gone is unknown", () => {
    expect(residentMemory(1, files({ "/proc/1/status": "VmRSS:\t     12 kB\n" }))).toBe(12_288);
    expect(residentMemory(1, files({}))).toBeNull();
  });
});
