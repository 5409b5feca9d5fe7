import fs from "node:fs/promises";
import path from "node:path";
import { build } from "vite";
import { entries, ocrFiles, rootDir } from "../src-main/paths/entries.ts";
import { recordPackages } from "./tools/bundledPackages.ts";

/** Where builds write down the packages that went into them. */
export const packagesFile = path.join(rootDir(), "out", "packages.json");

/**
 * Packages that are not bundled, because they hold native code, or must be the same module
 * instance as one that does. They and what they need are what a packaged app ships as packages.
 */
export const externalPackages = [
  "koffi",
  "@lancedb/lancedb",
  "apache-arrow",
  "node-llama-cpp",
  "@napi-rs/canvas",
];

/** Optional accelerators of packages that are bundled; they try them and do without. */
const optionalPackages = ["bufferutil", "utf-8-validate"];

/** Packages of which files are copied, as they are, beside the bundles. */
export const copiedPackages = [
  "tesseract.js-core",
  "@tesseract.js-data/eng",
  "@tesseract.js-data/deu",
];

/** Bundles every entry of plain Node into `out/node/<name>.js`, and lays out the files they read. */
export async function buildNode(): Promise<void> {
  const root = rootDir();
  const outDir = path.join(root, "out", "node");
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [recordPackages(packagesFile)],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: "node24",
      minify: false,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: Object.fromEntries(
          Object.entries(entries).map(([name, file]) => [name, path.join(root, file)]),
        ),
        external: [...externalPackages, ...optionalPackages].map(
          (name) => new RegExp(`^${name}(?:/|$)`),
        ),
        output: {
          format: "esm",
          entryFileNames: "[name].js",
          // Beside the entries, so that the layout can be read off the name of any of them.
          chunkFileNames: "shared-[name]-[hash].js",
        },
      },
    },
    ssr: { noExternal: true, target: "node" },
  });
  await fs.writeFile(path.join(outDir, "package.json"), '{ "type": "module" }\n');
  await copyResources(root);
}

/** Copies the icons, the prompts, the texts and scripts of benchmarks and the data files of pdf.js and Tesseract to `out/resources/`. */
async function copyResources(root: string): Promise<void> {
  const target = path.join(root, "out", "resources");
  await fs.rm(target, { recursive: true, force: true });
  for (const folder of ["icons", "prompts", "texts", "bench"]) {
    await fs.cp(path.join(root, "resources", folder), path.join(target, folder), {
      recursive: true,
    });
  }
  const pdfjs = path.join(root, "node_modules", "pdfjs-dist");
  for (const folder of ["cmaps", "standard_fonts", "wasm", "iccs"]) {
    await fs.cp(path.join(pdfjs, folder), path.join(target, "pdfjs", folder), { recursive: true });
  }
  const { coreScript, coreWasm, languages } = ocrFiles();
  const ocr = path.join(target, "ocr");
  await fs.mkdir(ocr);
  // By its name it is a CommonJS module, whatever package.json lies above it.
  await fs.copyFile(coreScript, path.join(ocr, "tesseract-core.cjs"));
  await fs.copyFile(coreWasm, path.join(ocr, "tesseract-core.wasm"));
  for (const file of Object.values(languages)) {
    await fs.copyFile(file, path.join(ocr, path.basename(file)));
  }
}
