import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelRegistry } from "../ModelRegistry.ts";
import { writeSmallModel } from "../testing/smallGguf.ts";
import { appFolders } from "./appFolders.ts";
import { findAppModels } from "./findAppModels.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "hearth-apps-"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function model(...parts: string[]): Promise<string> {
  const file = path.join(home, ...parts);
  await mkdir(path.dirname(file), { recursive: true });
  await writeSmallModel(file);
  return file;
}

async function text(content: string, ...parts: string[]): Promise<void> {
  const file = path.join(home, ...parts);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** A store of Ollama as its program makes it. @returns the path of the blob with the weights */
async function ollamaModel(name: string, change: Record<string, unknown> = {}): Promise<string> {
  const made = await model("made.gguf");
  const bytes = await readFile(made);
  await rm(made);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const store = path.join(home, ".ollama", "models");
  const blob = path.join(store, "blobs", `sha256-${digest}`);
  await mkdir(path.dirname(blob), { recursive: true });
  await writeFile(blob, bytes);
  const layer = { mediaType: "application/vnd.ollama.image.model", size: bytes.length };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/vnd.docker.container.image.v1+json", digest: "sha256:0" },
    layers: [
      { ...layer, digest: `sha256:${digest}`, ...change },
      { mediaType: "application/vnd.ollama.image.template", digest: "sha256:1", size: 1 },
    ],
  };
  await text(JSON.stringify(manifest), ".ollama", "models", "manifests", ...name.split("/"));
  return blob;
}

const find = (platform: NodeJS.Platform = "linux", environment = {}) =>
  findAppModels(appFolders(home, platform, environment));

describe("findAppModels", () => {
  it("finds nothing where no other program is", async () => {
    expect(await find()).toEqual([]);
  });

  it("reads LM Studio's folders, the first part of split models, and no projectors", async () => {
    await model(".lmstudio", "models", "some", "Model-GGUF", "Model-Q4_K_M.gguf");
    await model(".lmstudio", "models", "some", "Model-GGUF", "mmproj-Model-F16.gguf");
    await model(".lmstudio", "models", "some", "Big-GGUF", "Big-00001-of-00002.gguf");
    await model(".lmstudio", "models", "some", "Big-GGUF", "Big-00002-of-00002.gguf");
    expect((await find()).map(({ app, name }) => `${app}: ${name}`)).toEqual([
      "LM Studio: Big-00001-of-00002",
      "LM Studio: Model-Q4_K_M",
    ]);
  });

  it("reads Jan's model.yml, for its own models and for imported ones", async () => {
    const data = [".config", "Jan", "data"];
    const own = await model(...data, "llamacpp", "models", "some", "own-Q4", "model.gguf");
    await text(
      "model_path: llamacpp/models/some/own-Q4/model.gguf\nname: some/own-Q4\nsize_bytes: 1\n",
      ...data,
      "llamacpp",
      "models",
      "some",
      "own-Q4",
      "model.yml",
    );
    const imported = await model("Downloads", "imported.gguf");
    await text(
      `model_path: "${imported}"\n`,
      ...data,
      "llamacpp",
      "models",
      "imported",
      "model.yml",
    );
    await text("model_path: gone.gguf\n", ...data, "llamacpp", "models", "gone", "model.yml");
    const found = await find();
    expect(found.map(({ name, path: file }) => [name, file]).toSorted()).toEqual([
      ["imported", imported],
      ["some/own-Q4", own],
    ]);
  });

  it("reads GPT4All's folder where it is on each system", async () => {
    await model(".local", "share", "nomic.ai", "GPT4All", "Llama.Q4_0.gguf");
    await model("Library", "Application Support", "nomic.ai", "GPT4All", "Mac.Q4_0.gguf");
    await model("Local", "nomic.ai", "GPT4All", "Windows.Q4_0.gguf");
    await text("part", ".local", "share", "nomic.ai", "GPT4All", "incomplete-Big.gguf.part");
    const names = async (...of: Parameters<typeof find>): Promise<string[]> =>
      (await find(...of)).map(({ name }) => name);
    expect(await names("linux")).toEqual(["Llama.Q4_0"]);
    expect(await names("darwin")).toEqual(["Mac.Q4_0"]);
    expect(await names("win32", { LOCALAPPDATA: path.join(home, "Local") })).toEqual([
      "Windows.Q4_0",
    ]);
  });

  it("reads Ollama's manifests, and names models as it does", async () => {
    const blob = await ollamaModel("registry.ollama.ai/library/llama3.2/3b");
    await ollamaModel("hf.co/some/Model-GGUF/Q4_K_M");
    const found = await find();
    // Both manifests name the same bytes: that is one model.
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ app: "Ollama", path: blob });
    await rm(path.join(home, ".ollama", "models", "manifests", "hf.co"), { recursive: true });
    expect((await find())[0]?.name).toBe("llama3.2:3b");
  });

  it.each([
    "sha256:../../../../etc/passwd",
    "sha256:abc",
    `sha256:${"A".repeat(64)}`,
    `sha256:${"a".repeat(65)}`,
    `md5:${"a".repeat(64)}`,
    `sha256:${"a".repeat(60)}/../x`,
  ])("takes the digest %s for none", async (digest) => {
    await ollamaModel("registry.ollama.ai/library/evil/latest", { digest });
    expect(await find()).toEqual([]);
  });

  it("survives manifests that are damaged, and blobs that are no models", async () => {
    await text("{", ".ollama", "models", "manifests", "registry.ollama.ai", "library", "a", "b");
    const blob = await ollamaModel("registry.ollama.ai/library/c/latest");
    await writeFile(blob, "something else");
    expect(await find()).toEqual([]);
  });
});

describe("adding what another program has", () => {
  it("copies nothing, and keeps the other program's name over a restart", async () => {
    const blob = await ollamaModel("registry.ollama.ai/library/llama3.2/3b");
    const modelsDir = path.join(home, "hearth", "models");
    const added = await new ModelRegistry({ modelsDir }).addFile(blob, "Ollama/llama3.2:3b");
    expect(added).toMatchObject({ id: "ollama/llama3.2-3b", name: "llama3.2:3b", path: blob });
    const [again] = await new ModelRegistry({ modelsDir }).rescan();
    expect(again).toEqual(added);
    expect((await readdir(modelsDir)).filter((name) => !name.startsWith("."))).toEqual([]);
  });
});
