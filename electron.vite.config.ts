import path from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";
import { polyfillEntries } from "./build/compat/polyfillPlugin.ts";
import { recordPackages } from "./build/tools/bundledPackages.ts";
import { engines, targetFromEnv } from "./build/tools/targets.ts";

const target = targetFromEnv();
const engine = engines[target];
// electron-vite inlines what this file imports, and of `import.meta` it keeps only the address right.
const root = path.dirname(fileURLToPath(import.meta.url));
const here = (...parts: string[]): string => path.join(root, ...parts);

const packages = recordPackages(here("out", "packages.json"));
const polyfills = (file: Parameters<typeof polyfillEntries>[0]): Plugin[] =>
  target === "compat" ? [polyfillEntries(file)] : [];
const pagePlugins = (): Plugin[] => [packages, ...polyfills("pagePolyfills.ts")];

// The shell and its preload, and the page. What runs in plain Node is bundled by build/buildNode.ts.
export default defineConfig({
  main: {
    plugins: [packages, ...polyfills("shellPolyfills.ts")],
    define: { "import.meta.filename": "__filename", "import.meta.dirname": "__dirname" },
    build: {
      outDir: here("out", "shell"),
      target: engine.shell,
      externalizeDeps: false,
      rolldownOptions: {
        input: { main: here("src-main", "shell", "shellMain.ts") },
        output: {
          format: "cjs",
          entryFileNames: "[name].cjs",
          chunkFileNames: "[name]-[hash].cjs",
        },
      },
    },
  },
  preload: {
    plugins: [packages],
    build: {
      outDir: here("out", "shell"),
      emptyOutDir: false,
      target: engine.shell,
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: here("src-main", "shell", "preload.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: here("src-renderer"),
    plugins: [react(), ...pagePlugins()],
    worker: { format: "es", plugins: pagePlugins },
    css: { transformer: "lightningcss", lightningcss: { targets: engine.styles } },
    build: {
      outDir: here("out", "renderer"),
      emptyOutDir: true,
      target: engine.page,
      cssTarget: engine.page,
      cssMinify: "lightningcss",
      minify: true,
      // An inlined asset would be a data: address, which the page's policy refuses for scripts and fonts.
      assetsInlineLimit: 0,
      // Loaded from disk: size in kilobytes is no matter of waiting.
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: { index: here("src-renderer", "index.html") } },
    },
  },
});
