import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/**
 * Puts an import of a polyfill file before everything else in the entries of a bundle: of a page
 * (the modules its HTML names), of a worker, of the shell.
 * @param file a file of this folder
 */
export function polyfillEntries(file: "pagePolyfills.ts" | "shellPolyfills.ts"): Plugin {
  const polyfills = path.join(path.dirname(fileURLToPath(import.meta.url)), file);
  const namedByHtml = new Set<string>();
  return {
    name: "hearth:polyfills",
    enforce: "pre",
    async resolveId(source, importer) {
      if (importer?.endsWith(".html") !== true) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      if (found !== null && isScript(found.id)) namedByHtml.add(found.id);
      return found;
    },
    transform(code, id) {
      if (!isScript(id)) return null;
      if (!namedByHtml.has(id) && this.getModuleInfo(id)?.isEntry !== true) return null;
      return { code: `import ${JSON.stringify(polyfills)};\n${code}`, map: null };
    },
  };
}

function isScript(id: string): boolean {
  return /\.[cm]?[jt]sx?(?:\?|$)/.test(id);
}
