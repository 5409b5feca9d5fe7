import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Transfer } from "../../contract/models.ts";
import { Egress } from "../egress/Egress.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import { minilmToGguf } from "./convert/minilmToGguf.ts";
import { ModelRegistry } from "./ModelRegistry.ts";
import {
  ensureStarterModels,
  type EnsureStarterOptions,
  type InstalledModel,
  listStarterModels,
} from "./starter.ts";
import { type OriginalFile, type StarterSpec, starterSpecs } from "./starterSpecs.ts";
import { FakeHub } from "./testing/FakeHub.ts";
import { writeSmallBert } from "./testing/smallBert.ts";
import { writeSmallModel } from "./testing/smallGguf.ts";

const originalNames = ["model.safetensors", "vocab.txt", "config.json"];
const outputNames = ["mini.F16.gguf", "mini.Q8_0.gguf"];

let root: string;
let sources: string;
let modelsDir: string;
let hub: FakeHub;
let egress: Egress;
let log: RequestRecord[];
let specs: StarterSpec[];

/** Small models that stand for the real ones, with true hashes. */
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-starter-"));
  sources = path.join(root, "sources");
  modelsDir = path.join(root, "home", "models");
  const embedder = path.join(sources, "minilm-source");
  await writeSmallBert(embedder);
  await writeSmallModel(path.join(sources, "chat.Q8_0.gguf"), { chatTemplate: "{{ x }}" });
  const made = path.join(root, "made");
  await mkdir(made);
  for (const quantization of ["F16", "Q8_0"] as const) {
    const target = path.join(made, `mini.${quantization}.gguf`);
    await minilmToGguf({ sourceDir: embedder, target, quantization });
  }
  hub = await FakeHub.start();
  const original = async (folder: string, repository: string, file: string) => {
    const content = await readFile(path.join(folder, file));
    const isLarge = !/\.(?:txt|json)$/u.test(file);
    hub.files.set(`/${repository}/resolve/main/${file}`, { content, isLarge });
    return { repository, revision: "main", file, ...factsOf(content) } satisfies OriginalFile;
  };
  const originals: OriginalFile[] = [];
  for (const file of originalNames) originals.push(await original(embedder, "some/mini", file));
  const output = async (quantization: "F16" | "Q8_0") => {
    const file = `mini.${quantization}.gguf`;
    return { quantization, file, ...factsOf(await readFile(path.join(made, file))) };
  };
  specs = [
    {
      kind: "fetched",
      name: "chat",
      purpose: "Chat",
      original: await original(sources, "some/chat-GGUF", "chat.Q8_0.gguf"),
    },
    {
      kind: "converted",
      name: "mini",
      purpose: "Search",
      originals,
      outputs: [await output("F16"), await output("Q8_0")],
    },
  ];
  log = [];
  egress = new Egress({ process: "test", onRequest: (record) => log.push(record) });
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

function factsOf(content: Buffer): { bytes: number; sha256: string } {
  return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

function ensure(
  options: Partial<EnsureStarterOptions> = {},
): Promise<{ models: InstalledModel[] }> {
  return ensureStarterModels({
    ...{ modelsDir, egress, specs },
    baseUrl: hub.url,
    firstDelayMs: 1,
    ...options,
  });
}

async function expectInstalled(): Promise<void> {
  const files = await readdir(modelsDir);
  const wanted = ["chat.Q8_0.gguf", ...outputNames];
  expect(files.toSorted()).toEqual(wanted.flatMap((file) => [file, `${file}.json`]));
  const models = await new ModelRegistry({ modelsDir }).rescan();
  expect(models.map(({ kind, error }) => [kind, error])).toEqual([
    ["chat", undefined],
    ["embedding", undefined],
    ["embedding", undefined],
  ]);
}

describe("ensureStarterModels", () => {
  it("downloads through the hub's redirect, converts, and says where all came from", async () => {
    const { models } = await ensure();
    await expectInstalled();
    expect(models.map(({ name }) => name)).toEqual(["chat.Q8_0", "mini.F16", "mini.Q8_0"]);
    expect(models[0]?.source).toBe(`${hub.url}/some/chat-GGUF/resolve/main/chat.Q8_0.gguf`);
    expect(models[1]?.source).toBe(`Converted from ${hub.url}/some/mini`);
    const [listed] = await new ModelRegistry({ modelsDir }).rescan();
    expect(listed).toMatchObject({ sha256: models[0]?.sha256, source: models[0]?.source });
    expect(hub.requests.filter((request) => request.startsWith("cdn"))).toHaveLength(2);
    expect(log.every(({ url }) => !url.includes("s3cr3t"))).toBe(true);
    expect(new Set(log.map(({ reason }) => reason))).toEqual(
      new Set(["chat.Q8_0.gguf", ...originalNames].map((file) => `Download of ${file}`)),
    );
  });

  it("tells each step", async () => {
    const stages: string[] = [];
    const onProgress = ({ name, stage }: Transfer): void => {
      // The hash is made while the bytes arrive; only what is left of it then is told as a step.
      if (stage === "verifying") return;
      if (stages.at(-1) !== `${name} ${stage}`) stages.push(`${name} ${stage}`);
    };
    await ensure({ onProgress });
    expect(stages.slice(0, 5)).toEqual([
      "chat waiting",
      "mini waiting",
      "chat downloading",
      "chat done",
      "mini downloading",
    ]);
    expect(stages).toContain("mini converting");
    expect(stages.at(-1)).toBe("mini done");
  });

  it("does nothing the second time, not even online", async () => {
    const first = await ensure();
    hub.requests.length = 0;
    egress.setOffline(true);
    expect(await ensure()).toEqual(first);
    expect(hub.requests).toEqual([]);
  });

  it("replaces a file that was damaged, and only that one", async () => {
    await ensure();
    const damaged = path.join(modelsDir, "mini.Q8_0.gguf");
    const bytes = await readFile(damaged);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(damaged, bytes);
    hub.requests.length = 0;
    await ensure();
    await expectInstalled();
    expect(hub.requests.some((request) => request.includes("chat"))).toBe(false);
  });

  it("takes local sources without the network, and leaves them as they are", async () => {
    egress.setOffline(true);
    await ensure({ localSources: sources });
    await expectInstalled();
    expect(log).toEqual([]);
    expect((await readdir(path.join(sources, "minilm-source"))).toSorted()).toEqual(
      originalNames.toSorted(),
    );
  });

  it("finds local sources that lie side by side, and fetches the ones that are missing", async () => {
    for (const file of originalNames.slice(1)) {
      await copyFile(path.join(sources, "minilm-source", file), path.join(sources, file));
    }
    await rm(path.join(sources, "minilm-source"), { recursive: true });
    await ensure({ localSources: sources });
    await expectInstalled();
    expect(hub.requests.map((request) => request.split("/").at(-1)?.split(" ")[0])).toEqual([
      "model.safetensors",
      "model.safetensors",
    ]);
  });

  it("refuses a local source that is another file", async () => {
    await writeFile(path.join(sources, "chat.Q8_0.gguf"), "something else");
    await expect(ensure({ localSources: sources })).rejects.toMatchObject({
      code: "checksum-mismatch",
    });
  });

  it("says so when Hearth is offline", async () => {
    egress.setOffline(true);
    await expect(ensure()).rejects.toMatchObject({ code: "offline" });
    expect(await readdir(modelsDir)).toEqual([]);
  });

  it("says why and what to do when the file is gone or nobody answers", async () => {
    hub.files.delete("/some/chat-GGUF/resolve/main/chat.Q8_0.gguf");
    const gone = await ensure().catch((error: unknown) => error);
    expect(gone).toMatchObject({ code: "download-failed" });
    expect(String(gone)).toMatch(/has no such file \(HTTP 404\)/u);
    await expect(ensure({ baseUrl: "https://hub.invalid" })).rejects.toMatchObject({
      code: "download-failed",
      title: "chat.Q8_0.gguf could not be downloaded.",
    });
  });

  it("refuses content that is not what was pinned", async () => {
    const chatPath = "/some/chat-GGUF/resolve/main/chat.Q8_0.gguf";
    const file = hub.files.get(chatPath);
    const content = Buffer.alloc(file?.content.length ?? 0, 1);
    hub.files.set(chatPath, { content, isLarge: true });
    await expect(ensure()).rejects.toMatchObject({
      code: "checksum-mismatch",
      reason: "The hub now offers another file under this name.",
    });
    const pinned = specs[0]?.kind === "fetched" ? specs[0].original.sha256 : "";
    hub.files.set(chatPath, { content, isLarge: true, statedSha256: pinned });
    await expect(ensure()).rejects.toMatchObject({
      code: "checksum-mismatch",
      reason: "Its SHA-256 is not the one that the hub states.",
    });
    expect(await readdir(modelsDir)).toEqual([]);
  });

  it("stops when cancelled, and goes on from there the next time", async () => {
    const stop = new AbortController();
    const onProgress = ({ stage }: Transfer): void => {
      if (stage === "converting") stop.abort();
    };
    await expect(ensure({ signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: "cancelled",
    });
    hub.requests.length = 0;
    await ensure();
    await expectInstalled();
    expect(hub.requests).toEqual([]);
  });

  it("runs once per folder at a time", async () => {
    const first = ensure();
    await expect(ensure()).rejects.toMatchObject({ code: "conflict" });
    await first;
    await expectInstalled();
  });
});

describe("listStarterModels", () => {
  it("tells what is here and how much there is to fetch", async () => {
    expect(await listStarterModels(modelsDir)).toEqual([
      {
        name: "SmolLM2-135M-Instruct",
        purpose: "Chat",
        bytes: 98_362_432,
        installed: false,
      },
      {
        name: "all-MiniLM-L6-v2",
        purpose: "Search in documents",
        bytes: 91_100_496,
        installed: false,
      },
    ]);
    await ensure();
    const listed = await listStarterModels(modelsDir, specs);
    expect(listed.map(({ installed }) => installed)).toEqual([true, true]);
  });

  it("pins every file of the real starter models", () => {
    const files = starterSpecs.flatMap((spec) =>
      spec.kind === "fetched" ? [spec.original] : [...spec.originals, ...spec.outputs],
    );
    expect(files).toHaveLength(6);
    expect(files.every(({ sha256 }) => /^[0-9a-f]{64}$/u.test(sha256))).toBe(true);
  });
});
