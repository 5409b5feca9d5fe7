import { defineConfig } from "vitest/config";

// Many tests drive real processes on machines that others use too. In a whole run, a failed one is
// tried once more; one that then passes is named at the end of `npm test`.
const retry = process.env["CI"] === undefined ? 0 : 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src-main,src-renderer,build}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.model.test.ts", "**/*.servers.test.ts", "**/node_modules/**"],
          testTimeout: 20_000,
          retry,
        },
      },
      {
        test: {
          // Tests that run a real GGUF. One file at a time: each wants all cores for itself.
          name: "model",
          include: ["{src-main,build}/**/*.model.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          retry,
        },
      },
      {
        test: {
          // Against servers made by others, which are built or fetched for it: not part of `npm test`.
          name: "servers",
          include: ["build/servers/*.servers.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 1_500_000,
        },
      },
    ],
  },
});
