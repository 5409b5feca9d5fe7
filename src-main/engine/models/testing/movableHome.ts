import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../atomicJson.ts";
import type { MovePlaces } from "../folder/moveModels.ts";

const settingSchema = z.object({ modelsFolder: z.string().nullable() });

/** A home whose models are moved, for tests: its one setting lies in a file. */
export class MovableHome {
  readonly root: string;
  readonly home: string;
  readonly usual: string;
  readonly elsewhere: string;
  readonly #settingFile: string;

  constructor(root: string) {
    this.root = root;
    this.home = path.join(root, "home");
    this.usual = path.join(this.home, "models");
    this.elsewhere = path.join(root, "disk", "hearth-models");
    this.#settingFile = path.join(this.home, "setting.json");
  }

  /** Models as they lie about: plain, split, linked, half downloaded; and notes beside them. */
  async fill(modelBytes = 40_000): Promise<void> {
    await mkdir(path.join(this.usual, ".downloads", "one"), { recursive: true });
    await mkdir(path.join(this.usual, "owner", "name"), { recursive: true });
    await mkdir(path.join(this.root, "disk"), { recursive: true });
    const original = path.join(this.root, "original.gguf");
    await writeFile(original, bytesOf(original, modelBytes));
    for (const name of [
      "small.gguf",
      "small.gguf.json",
      "owner/name/big-00001-of-00002.gguf",
      "owner/name/big-00002-of-00002.gguf",
      ".downloads/one/part.gguf.part",
    ]) {
      const file = path.join(this.usual, name);
      await writeFile(file, bytesOf(name, modelBytes));
    }
    await symlink(original, path.join(this.usual, "linked.gguf"));
    await writeFile(path.join(this.usual, ".downloads", "queue.json"), "{}");
    await writeFile(path.join(this.usual, ".inspections.json"), "{}");
    await writeFile(path.join(this.usual, "notes of mine.txt"), "mine");
  }

  get places(): MovePlaces {
    return {
      home: this.home,
      usual: this.usual,
      journalFile: path.join(this.usual, ".move.json"),
      current: () => this.current,
      switchTo: (folder) =>
        writeJson(this.#settingFile, { modelsFolder: folder === this.usual ? null : folder }),
    };
  }

  get current(): string {
    if (!existsSync(this.#settingFile)) return this.usual;
    const kept = settingSchema.parse(JSON.parse(readFileSync(this.#settingFile, "utf8")));
    return kept.modelsFolder ?? this.usual;
  }

  async journal(): Promise<unknown> {
    return await readJson(this.places.journalFile, z.unknown());
  }

  /** What a folder of models holds, by name: hashes of files, and "link". */
  async models(folder = this.current): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      const file = path.join(folder, name);
      if (!/\.gguf/u.test(name) || (await lstat(file)).isDirectory()) continue;
      const isLink = (await lstat(file)).isSymbolicLink();
      found[name.split(path.sep).join("/")] = isLink
        ? `link to ${hashOf(await readFile(file))}`
        : hashOf(await readFile(file));
    }
    return found;
  }
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 12);
}

/** Bytes that belong to a name. */
function bytesOf(name: string, count: number): Buffer {
  const seed = createHash("sha256").update(path.basename(name)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(count / 32) }, () => seed)).subarray(
    0,
    count,
  );
}
