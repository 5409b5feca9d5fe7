import { describe, expect, it } from "vitest";
import { describeTransfer } from "./describeTransfer.ts";
import { formatBytes } from "./formatBytes.ts";
import { formatCompactCount, formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatRate } from "./formatRate.ts";
import { dayGroup, formatRelativeDay } from "./formatRelativeDay.ts";

const spaced = (text: string): string => text.replaceAll("\u00a0", " ");

describe("formatBytes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1536, "1.5 kB"],
    [98_000_000, "98 MB"],
    [999_950_000, "1 GB"],
    [4_683_073_184, "4.7 GB"],
    [13_400_000_000, "13.4 GB"],
    [2e15, "2,000 TB"],
    [Number.NaN, "–"],
    [-1, "–"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [420, "0.4 s"],
    [4_200, "4 s"],
    [9_960, "10 s"],
    [59_700, "1 min"],
    [72_000, "1 min 12 s"],
    [119_700, "2 min"],
    [360_000, "6 min"],
    [7_500_000, "2 h 5 min"],
    [3_599_999, "1 h"],
    [40_000_000, "11 h"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("%d ms is %s", (ms, text) => expect(spaced(formatDuration(ms))).toBe(text));
});

describe("rates and counts", () => {
  it("keep a decimal only where it matters", () => {
    expect(spaced(formatRate(41.3, "tok"))).toBe("41 tok/s");
    expect(spaced(formatRate(0.84, "tok"))).toBe("0.8 tok/s");
    expect(formatRate(12_300_000, "bytes")).toBe("12 MB/s");
  });
  it("are full or compact", () => {
    expect(formatCount(12_340)).toBe("12,340");
    expect(formatCompactCount(1_940)).toBe("1.9k");
    expect(formatCompactCount(8_192)).toBe("8.2k");
    expect(formatCompactCount(131_072)).toBe("131k");
    expect(formatCompactCount(1_240_000)).toBe("1.2M");
  });
});

describe("days", () => {
  const now = new Date(2026, 2, 30, 0, 30);
  it("are said as people say them", () => {
    expect(formatRelativeDay(new Date(2026, 2, 30, 0, 1), now)).toBe("Today");
    expect(formatRelativeDay(new Date(2026, 2, 29, 23, 59), now)).toBe("Yesterday");
    expect(formatRelativeDay(new Date(2026, 2, 24), now)).toBe("Tuesday");
    expect(formatRelativeDay(new Date(2026, 2, 23), now)).toBe("March 23");
    expect(formatRelativeDay(new Date(2025, 11, 31), now)).toBe("December 31, 2025");
    expect(formatRelativeDay(new Date(2026, 2, 12), now, "en-GB")).toBe("12 March");
  });
  it("are filed under headings, the future under today", () => {
    expect(dayGroup(new Date(2026, 3, 2), now).kind).toBe("today");
    expect(dayGroup(new Date(2026, 2, 23), now).kind).toBe("week");
    expect(dayGroup(new Date(2026, 2, 1), now).kind).toBe("month");
    expect(dayGroup(new Date(2025, 0, 5), now)).toMatchObject({ label: "January 2025" });
  });
});

describe("describeTransfer", () => {
  it("gives amount, rate and the rest of the wait", () => {
    const line = describeTransfer({ doneBytes: 1.2e9, totalBytes: 4.7e9, bytesPerSecond: 9.8e6 });
    expect(spaced(line)).toBe("1.2 GB of 4.7 GB · 9.8 MB/s · about 6 min left");
  });
  it("says what it knows and no more", () => {
    expect(describeTransfer({ doneBytes: 5e6 })).toBe("5 MB");
    expect(describeTransfer({ doneBytes: 5e6, totalBytes: 5e6, bytesPerSecond: 1e6 })).toBe(
      "5 MB of 5 MB · 1 MB/s",
    );
    expect(describeTransfer({ doneBytes: 4e6, totalBytes: 5e6, bytesPerSecond: 1e6 })).toContain(
      "almost done",
    );
  });
});
