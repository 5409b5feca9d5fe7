import fs from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

/**
 * Writes down which packages went into a bundle, for the third-party notices.
 * @param file where to; the names are added to those of the bundles before
 */
export function recordPackages(file: string): Plugin {
  return {
    name: "hearth:packages",
    generateBundle() {
      const names = new Set(readPackages(file));
      for (const id of this.getModuleIds()) {
        const name = packageOf(id);
        if (name !== undefined) names.add(name);
      }
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify([...names].sort()));
    },
  };
}

/** The packages that {@link recordPackages} wrote down; none if it never ran. */
export function readPackages(file: string): string[] {
  if (!fs.existsSync(file)) return [];
  return JSON.parse(fs.readFileSync(file, "utf8")) as string[];
}

/** The folder of the package that a module belongs to, from the last `node_modules` on. */
function packageOf(id: string): string | undefined {
  const words = id.split("?")[0]?.split("/node_modules/") ?? [];
  if (words.length < 2) return undefined;
  const inside = words.slice(1).map((part, at, all) => {
    const [first = "", second = ""] = part.split("/");
    const name = first.startsWith("@") ? `${first}/${second}` : first;
    return at === all.length - 1 ? name : part;
  });
  return inside.join("/node_modules/");
}
