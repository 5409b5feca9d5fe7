import { open, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findModelFiles } from "../findModelFiles.ts";
import { splitPlace } from "../gguf/listSplitParts.ts";
import { readJson } from "../atomicJson.ts";
import type { AppFolder } from "./appFolders.ts";
import type { AppModel } from "../../../contract/hub.ts";

export type FoundModel = Omit<AppModel, "known">;

/** Models in the folders of other programs. Folders that are not there hold none. */
export async function findAppModels(folders: readonly AppFolder[]): Promise<FoundModel[]> {
  const found: FoundModel[] = [];
  for (const { app, folder } of folders) {
    if (!(await isFolder(folder))) continue;
    if (app === "Ollama") found.push(...(await ollamaModels(folder)));
    else if (app === "Jan") found.push(...(await janModels(folder)));
    else found.push(...(await plainModels(app, folder)));
  }
  const seen = new Set<string>();
  return found.filter(({ path: file }) => !seen.has(file) && seen.add(file));
}

/** LM Studio (`publisher/model/file.gguf`) and GPT4All (files side by side) keep GGUF files as they are. */
async function plainModels(app: FoundModel["app"], folder: string): Promise<FoundModel[]> {
  const { files } = await findModelFiles(folder);
  return files
    .filter(({ path: file }) => isModel(file))
    .map(({ path: file, bytes }) => ({
      app,
      name: path.basename(file, ".gguf"),
      path: file,
      bytes,
    }));
}

/** The first part stands for a split model; image projectors are none. */
function isModel(file: string): boolean {
  const place = splitPlace(file);
  return (place === null || place.part === 1) && !/(?:^|[-._])mmproj/iu.test(path.basename(file));
}

/**
 * Jan keeps a folder per model with a `model.yml`, whose `model_path` names the file: below its data
 * folder, or anywhere for one that the user imported.
 */
async function janModels(data: string): Promise<FoundModel[]> {
  const models = path.join(data, "llamacpp", "models");
  const found: FoundModel[] = [];
  for (const entry of await entriesBelow(models)) {
    if (path.basename(entry) !== "model.yml") continue;
    const text = await readFile(entry, "utf8").catch(() => "");
    const named = yamlValue(text, "model_path");
    if (named === null) continue;
    const file = path.resolve(data, named);
    const bytes = await sizeOf(file);
    const id = path.relative(models, path.dirname(entry)).split(path.sep).join("/");
    if (bytes !== null && /\.gguf$/iu.test(file))
      found.push({ app: "Jan", name: yamlValue(text, "name") ?? id, path: file, bytes });
  }
  return found;
}

/** A text value of the top level. */
function yamlValue(text: string, key: string): string | null {
  const value = new RegExp(`^${key}:[ \\t]*(.+?)[ \\t]*\\r?$`, "mu").exec(text)?.[1];
  const bare = value?.replace(/^(["'])(.*)\1$/u, "$2");
  return bare === undefined || bare === "" ? null : bare;
}

const manifestSchema = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string() })),
});
const modelLayer = "application/vnd.ollama.image.model";

/**
 * Ollama keeps the bytes of all models in `blobs/sha256-…` and says in `manifests/host/owner/name/tag`
 * which of them a model is.
 */
async function ollamaModels(folder: string): Promise<FoundModel[]> {
  const manifests = path.join(folder, "manifests");
  const found: FoundModel[] = [];
  for (const file of await entriesBelow(manifests)) {
    const parts = path.relative(manifests, file).split(path.sep);
    const [host, owner, name, tag] = parts;
    if (parts.length !== 4 || name === undefined || tag === undefined) continue;
    const manifest = await readJson(file, manifestSchema);
    const layers = manifest?.layers.filter(({ mediaType }) => mediaType === modelLayer) ?? [];
    // The digest becomes a file's name: nothing but a whole SHA-256 may.
    const digest = /^sha256:([0-9a-f]{64})$/u.exec(layers[0]?.digest ?? "")?.[1];
    if (layers.length !== 1 || digest === undefined) continue;
    const blob = path.join(folder, "blobs", `sha256-${digest}`);
    const bytes = await sizeOf(blob);
    if (bytes === null || !(await isGguf(blob))) continue;
    const prefix =
      host === "registry.ollama.ai"
        ? owner === "library"
          ? ""
          : `${owner}/`
        : `${host}/${owner}/`;
    found.push({ app: "Ollama", name: `${prefix}${name}:${tag}`, path: blob, bytes });
  }
  return found;
}

async function isGguf(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1") === "GGUF";
  } finally {
    await handle.close();
  }
}

/** Files below a folder, sorted; none where it cannot be read. */
async function entriesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() ?? false;
}

async function sizeOf(file: string): Promise<number | null> {
  const info = await stat(file).catch(() => null);
  return info?.isFile() === true ? info.size : null;
}
