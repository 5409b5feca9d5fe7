import { describe, expect, it } from "vitest";
import type { NetworkRequest } from "../../../src-main/contract/system.ts";
import { describeMoment, newestFirst } from "./describeRequest.ts";

describe("describeMoment", () => {
  const now = new Date(2026, 2, 30, 20, 0);
  const moment = (date: Date): string => {
    const { day, time } = describeMoment(date.getTime(), "en", now);
    return `${day}, ${time}`;
  };
  it("gives the day in words and the time to the second", () => {
    expect(moment(new Date(2026, 2, 30, 14, 3, 22))).toBe("Today, 14:03:22");
    expect(moment(new Date(2026, 2, 30, 0, 0, 5))).toBe("Today, 00:00:05");
    expect(moment(new Date(2026, 2, 29, 23, 59, 59))).toBe("Yesterday, 23:59:59");
    expect(moment(new Date(2025, 11, 31, 9, 1, 2))).toBe("December 31, 2025, 09:01:02");
  });
  it("has no words for what is no time", () => {
    expect(describeMoment(Number.NaN, "en", now)).toEqual({ day: "–", time: "" });
  });
});

describe("newestFirst", () => {
  const request = (id: number, at: number): NetworkRequest => ({
    id,
    at,
    process: "engine",
    method: "GET",
    url: "https://example.org/",
    reason: "Test",
    outcome: "allowed",
    status: 200,
    bytes: 0,
  });
  it("sorts by time, then by record, and leaves its input as it is", () => {
    const given = [request(1, 10), request(2, 30), request(3, 30), request(4, 20)];
    expect(newestFirst(given).map(({ id }) => id)).toEqual([3, 2, 4, 1]);
    expect(given.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });
});
