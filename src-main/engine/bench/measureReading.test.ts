import path from "node:path";
import { expect, it } from "vitest";
import { measureReading } from "./measureReading.ts";

const fixtures = path.join(import.meta.dirname, "../library/readers/pdf/fixtures");

it("reads all pages both ways, and compares them in rounds", async () => {
  const speed = await measureReading(path.join(fixtures, "chromium-columns.pdf"), 1, {});
  expect(speed.pages).toBeGreaterThan(0);
  expect(speed.pagesPerSecond).toBeGreaterThan(0);
  // Of a single round the ratio is that of the two rates.
  expect(speed.ratio).toBeCloseTo(speed.pagesPerSecond / speed.barePagesPerSecond);
});

it("fails as reading does", async () => {
  await expect(measureReading(path.join(fixtures, "none.pdf"), 1, {})).rejects.toMatchObject({
    code: "file-missing",
  });
});
