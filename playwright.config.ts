import { defineConfig } from "@playwright/test";
import type { FaceOptions } from "./e2e/support/test.ts";

// One scenario file in e2e/shared runs against both faces: real Electron, and real Chromium on the
// headless host. Each test has a home of its own; models want all cores, so one test at a time.
export default defineConfig<FaceOptions>({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // In a whole run only: what passed at the second try is named at the end of `npm test`.
  retries: process.env["CI"] === undefined ? 0 : 1,
  forbidOnly: process.env["CI"] !== undefined,
  projects: [
    { name: "web", testMatch: ["shared/**/*.spec.ts", "web/**/*.spec.ts"], use: { face: "web" } },
    {
      name: "desktop",
      testMatch: ["shared/**/*.spec.ts", "desktop/**/*.spec.ts"],
      use: { face: "desktop" },
    },
    { name: "pack", testMatch: ["pack/**/*.spec.ts"], use: { face: "desktop" } },
  ],
});
