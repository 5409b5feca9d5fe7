import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { pinnedLibraryHashes } from "../../llama/child/pinnedLibraryHashes.ts";
import {
  librariesVersion,
  packageNameOf,
  packCommand,
  publishedPackages,
  tarballUrl,
} from "./libraryCatalog.ts";

const root = path.join(import.meta.dirname, "../../../..");
const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version: string; integrity?: string; os?: string[] }>;
};
const scope = "node_modules/@node-llama-cpp/";

describe("publishedPackages", () => {
  it("are those of the lock file, with its hashes, and no others", () => {
    const locked = Object.entries(lock.packages)
      .filter(([place]) => place.startsWith(scope))
      .map(([place, { version, integrity = null, os }]) => ({
        name: place.slice(scope.length),
        ...{ version, integrity, os },
      }));
    const known = publishedPackages.map(({ name, file, os }) => ({
      name,
      version: librariesVersion,
      integrity: file && `sha512-${file.sha512}`,
      os: [os],
    }));
    const byName = (one: { name: string }, other: { name: string }): number =>
      one.name.localeCompare(other.name);
    expect(known.toSorted(byName)).toEqual(locked.toSorted(byName));
  });

  it("take as much room as the libraries that are installed here", () => {
    const measured: string[] = [];
    for (const { name, file, use } of publishedPackages) {
      const folder = path.join(root, scope, name, "bins", name);
      const here = readdirSync(path.join(root, scope));
      if (use === "extension" || !here.includes(name)) continue;
      const libraries = readdirSync(folder).filter((each) => /^lib(?:ggml|llama)[.-]/u.test(each));
      const bytes = libraries
        .filter((each) => !each.includes("common"))
        .reduce((sum, each) => sum + statSync(path.join(folder, each)).size, 0);
      expect(file?.diskBytes, name).toBe(bytes);
      measured.push(name);
    }
    expect(measured.length).toBeGreaterThan(0);
  });

  it("have a hash on record for each library of those that can be added", () => {
    for (const { name, file, use } of publishedPackages) {
      if (use !== "graphics") continue;
      expect(Object.hasOwn(pinnedLibraryHashes, name), name).toBe(file !== null);
    }
  });
});

describe("the address and the command of a package", () => {
  it("are npm's", () => {
    expect(packageNameOf("linux-x64")).toBe("@node-llama-cpp/linux-x64");
    expect(tarballUrl("https://registry.example/npm", "linux-x64-vulkan")).toBe(
      "https://registry.example/npm/@node-llama-cpp/linux-x64-vulkan/-/linux-x64-vulkan-3.22.1.tgz",
    );
    expect(packCommand("linux-x64-vulkan")).toBe(
      "npm pack @node-llama-cpp/linux-x64-vulkan@3.22.1",
    );
  });
});
