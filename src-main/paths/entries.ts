import path from "node:path";
import { layout, runningFile } from "./layout.ts";

export { homeDir } from "./homeDir.ts";
export { nodeBinary } from "./nodeBinary.ts";

/** Every file that is started as a process or worker of plain Node, by name. The build makes one bundle of each. */
export const entries = {
  engine: "src-main/engine/engineMain.ts",
  llama: "src-main/engine/llama/child/llamaMain.ts",
  sqlite: "src-main/engine/store/sqliteWorker.ts",
  reader: "src-main/engine/library/readers/readerWorker.ts",
  recognizer: "src-main/engine/library/ocr/recognizerWorker.ts",
  host: "src-main/host/hostMain.ts",
  api: "src-main/host/apiMain.ts",
  cli: "src-main/cli/cliMain.ts",
  indexBench: "src-main/engine/bench/index/indexBenchMain.ts",
} as const;

export type EntryName = keyof typeof entries;

/** The file to start for an entry: its TypeScript in the source tree, its bundle in a built product. */
export function entryPath(name: EntryName): string {
  return layout.kind === "source"
    ? path.join(layout.root, entries[name])
    : path.join(layout.out, "node", `${name}.js`);
}

/** The folder above everything: the repository, or the product's own folder when packaged. */
export function rootDir(): string {
  return layout.root;
}

/** Icons, prompts and licences. */
export function resourcesDir(): string {
  return layout.kind === "source"
    ? path.join(layout.root, "resources")
    : path.join(layout.out, "resources");
}

/** The built interface: `index.html` and its assets. In the source tree it is there after a build. */
export function rendererDir(): string {
  return path.join(layout.out, "renderer");
}

/** The folder with pdf.js' `cmaps/`, `standard_fonts/`, `wasm/` and `iccs/`. */
export function pdfjsDir(): string {
  return layout.kind === "source"
    ? path.join(layout.root, "node_modules", "pdfjs-dist")
    : path.join(layout.out, "resources", "pdfjs");
}

/** Tesseract and the trained data of the languages that are shipped, by language. */
export function ocrFiles(): {
  coreScript: string;
  coreWasm: string;
  languages: Record<string, string>;
} {
  const shipped = ["eng", "deu"];
  if (layout.kind === "source") {
    const packages = path.join(layout.root, "node_modules");
    const core = path.join(packages, "tesseract.js-core", "tesseract-core-simd-lstm");
    const data = (name: string): string =>
      path.join(packages, "@tesseract.js-data", name, "4.0.0_best_int", `${name}.traineddata.gz`);
    return {
      coreScript: `${core}.js`,
      coreWasm: `${core}.wasm`,
      languages: Object.fromEntries(shipped.map((name) => [name, data(name)])),
    };
  }
  const folder = path.join(layout.out, "resources", "ocr");
  return {
    coreScript: path.join(folder, "tesseract-core.cjs"),
    coreWasm: path.join(folder, "tesseract-core.wasm"),
    languages: Object.fromEntries(
      shipped.map((name) => [name, path.join(folder, `${name}.traineddata.gz`)]),
    ),
  };
}

/** The preload script, beside the shell's bundle. Only the shell asks. */
export function preloadPath(): string {
  return path.join(path.dirname(runningFile), "preload.cjs");
}
