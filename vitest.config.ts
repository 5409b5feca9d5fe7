import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src-main,src-renderer,build}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.model.test.ts", "**/node_modules/**"],
          testTimeout: 20_000,
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
        },
      },
    ],
  },
});
