import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";

/** Folders that pdf.js reads while it parses; all local, each ending in a separator. */
export interface PdfjsAssets {
  cMapUrl: string;
  standardFontDataUrl: string;
  wasmUrl: string;
}

/**
 * @param baseDir the folder that holds `cmaps`, `standard_fonts` and `wasm`; default: the installed
 *   pdfjs-dist package. A packaged app names its resources folder.
 */
export function pdfjsAssets(baseDir: string = packageDir()): PdfjsAssets {
  const folder = (name: string): string => asPrefix(join(baseDir, name));
  return {
    cMapUrl: folder("cmaps"),
    standardFontDataUrl: folder("standard_fonts"),
    wasmUrl: folder("wasm"),
  };
}

// pdf.js appends file names to the prefix and insists on a forward slash.
function asPrefix(path: string): string {
  return `${sep === "\\" ? path.replaceAll("\\", "/") : path}/`;
}

function packageDir(): string {
  return dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
}
