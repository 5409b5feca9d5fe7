import path from "node:path";

/**
 * Where the running code lies.
 * - `source`: TypeScript run directly by Node; `root` is the repository.
 * - `built`: a bundle; `out` is the folder that holds `node/`, `renderer/` and `resources/`,
 *   `root` the folder above it, whose `node_modules` holds the native packages.
 */
export interface Layout {
  kind: "source" | "built";
  root: string;
  out: string;
}

/**
 * Reads the layout off the name of a running file. Pure, so that the packaged layouts of all
 * platforms can be tested on any of them.
 *
 * In a packaged app only the shell is in `app.asar`; everything that plain Node has to read lies
 * in `hearth/` beside it, because Node cannot look into an asar.
 * @param file absolute name of a file in `src-main/paths/`, or of a bundle in `out/<part>/`
 * @param p the path rules to use; the platform's own unless a test says otherwise
 */
export function layoutOf(file: string, p: path.PlatformPath = path): Layout {
  if (file.endsWith(".ts")) {
    const root = p.resolve(p.dirname(file), "..", "..");
    return { kind: "source", root, out: p.join(root, "out") };
  }
  const out = p.resolve(p.dirname(file), "..");
  const root = p.dirname(out);
  if (p.basename(root) !== "app.asar") return { kind: "built", root, out };
  const unpacked = p.join(p.dirname(root), "hearth");
  return { kind: "built", root: unpacked, out: p.join(unpacked, "out") };
}

/** The file this code runs from: this one, or the bundle it was put into. */
export const runningFile = import.meta.filename;

/** The layout of the code that is running now. */
export const layout = layoutOf(runningFile);
