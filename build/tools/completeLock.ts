import fs from "node:fs/promises";
import path from "node:path";
import { root } from "./run.ts";

/**
 * Completes package-lock.json with the native parts of packages for other platforms. A registry
 * that mirrors only some platforms has no such versions, npm then leaves them out of the lock, and
 * `npm ci` refuses the lock as not in sync. An entry with its platform is enough: npm skips it
 * here, and fetches it where it belongs. Run it after npm has written the lock:
 * `node build/tools/completeLock.ts`.
 */
interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, Entry>;
}

/** Words of a package's name that tell its platform, and what npm calls it. */
const systems: Record<string, string> = { mac: "darwin", win: "win32" };
const systemWord =
  /\b(darwin|mac|win32|win|linux|android|freebsd|openbsd|netbsd|sunos|aix|openharmony)\b/;
const processorWord = /\b(x64|arm64|ia32|armv7l|arm|riscv64|ppc64|s390x|loong64|mips64el|wasm32)\b/;

/** The platform that a native package is for, read off its name; undefined if the name tells none. */
export function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> | undefined {
  const words = name.split("/").at(-1) ?? name;
  const system = systemWord.exec(words)?.[1];
  const processor = processorWord.exec(words)?.[1];
  if (system === undefined && processor !== "wasm32") return undefined;
  const libc = /musl/.test(words) ? "musl" : /gnu/.test(words) ? "glibc" : undefined;
  return {
    ...(system !== undefined && { os: [systems[system] ?? system] }),
    ...(processor !== undefined && { cpu: [processor === "armv7l" ? "arm" : processor] }),
    ...(libc !== undefined && { libc: [libc] }),
  };
}

/** Adds the missing entries to a lock. @returns their names */
export function completeLock(lock: Lock): string[] {
  const added: string[] = [];
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(lock, place, name)) continue;
      const platform = platformOf(name);
      if (platform === undefined) continue;
      lock.packages[`node_modules/${name}`] = {
        version,
        ...(entry.dev === true && { dev: true }),
        optional: true,
        ...platform,
      };
      added.push(name);
    }
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(sorted);
  return added;
}

/** Whether npm finds an entry for `name` from the package at `place`, looking upwards. */
function resolves(lock: Lock, place: string, name: string): boolean {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in lock.packages) return true;
    if (at === "") return false;
    if (!at.includes("/node_modules/")) return `node_modules/${name}` in lock.packages;
  }
}

if (import.meta.main) {
  const file = path.join(root, "package-lock.json");
  const lock = JSON.parse(await fs.readFile(file, "utf8")) as Lock;
  const added = completeLock(lock);
  await fs.writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} entries added to package-lock.json`);
}
