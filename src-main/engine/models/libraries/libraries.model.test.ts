import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { entryPath, nodeBinary } from "../../../paths/entries.ts";
import { Egress } from "../../egress/Egress.ts";
import { askProcess } from "../../llama/askProcess.ts";
import { testModelPath } from "../../llama/fixtures/testModels.ts";
import { LlamaProcess } from "../../llama/LlamaProcess.ts";
import { libraryPackages } from "../../llama/locateLibraries.ts";
import { DeviceFinder } from "../DeviceFinder.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import { repackPackage, sha512Of } from "../testing/tarballs.ts";
import { publishedPackages } from "./libraryCatalog.ts";
import { LibraryInstaller } from "./LibraryInstaller.ts";

const name = "linux-x64-vulkan";
const packages = path.join(import.meta.dirname, "../../../../node_modules/@node-llama-cpp");
const isHere = process.platform === "linux" && existsSync(path.join(packages, name));
const software = ["lvp_icd.x86_64.json", "lvp_icd.json"].some((file) =>
  existsSync(path.join("/usr/share/vulkan/icd.d", file)),
);
const llama = { entryPath: entryPath("llama"), execPath: nodeBinary() };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-added-"));
  // As in a packaged app: the processor's library alone.
  await symlink(path.join(packages, "linux-x64"), path.join(root, "linux-x64"));
  vi.stubEnv("HEARTH_LLAMA_LIBS", root);
  // One device, whatever this computer has.
  vi.stubEnv("GGML_VK_VISIBLE_DEVICES", "0");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const factsOf = (packed: Buffer) => ({ sha512: sha512Of(packed), bytes: packed.length });

describe("the Vulkan package as it was published", () => {
  it("is taken from its file, passes the gate, and runs a model where there is a device", async ({
    skip,
  }) => {
    skip(!isHere, "npm has brought no Vulkan libraries for this platform");
    const file = path.join(root, "brought.tgz");
    // Packed quickly, so its hash is another one than the registry's; `e2e` takes that one.
    const packed = await repackPackage(path.join(packages, name), name, 1);
    await writeFile(file, packed);
    const published = publishedPackages.map((each) => ({
      ...each,
      file: each.name === name && each.file ? { ...each.file, ...factsOf(packed) } : each.file,
    }));
    const installer = await LibraryInstaller.open({
      home: path.join(root, "home"),
      egress: new Egress({ process: "test", onRequest: () => {}, offline: true }),
      limit: new SpeedLimit(() => null),
      registrySetting: () => null,
      published,
      onChanged: () => Promise.resolve(),
    });
    const finder = new DeviceFinder({
      packages: () => libraryPackages({ added: installer.folder }),
      ask: (question) => askProcess(question, { ...llama, silenceMs: 20_000 }),
    });
    const folderNow = () =>
      libraryPackages({ added: installer.folder }).find(({ platform }) => platform === name)
        ?.folder;
    expect(folderNow()).toBeNull();
    const source = { file, registry: null };
    const { signal } = new AbortController();
    const { bytes } = await installer.install(name, source, () => {}, signal);
    expect(bytes).toBe(66_697_296);
    const found = await finder.list();
    const told = found.packages.find(({ backend }) => backend === "vulkan");
    const device = found.devices.find(({ backend }) => backend === "vulkan");
    expect(told?.installed).toBe(true);
    if (software) {
      expect(told?.problem).toBeNull();
      const started = await LlamaProcess.start({
        ...llama,
        modelPath: testModelPath("chat"),
        purpose: "chat",
        contextTokens: 256,
        device: "vulkan",
        addedLibraries: installer.folder,
      });
      try {
        expect(started.info.device).toBe(device?.description);
        let text = "";
        const prompt = { kind: "text", text: "The capital of France is" } as const;
        const request = { prompt, maxTokens: 3, sampling: { temperature: 0 } };
        for await (const event of started.generate(request))
          if (event.type === "text") text += event.text;
        expect(text).toContain("Paris");
      } finally {
        await started[Symbol.asyncDispose]();
      }
    } else {
      // The gate let it in: it says that there is no device, not that it is another library.
      expect(told?.problem).toMatch(/No device was found/u);
    }

    await installer.remove(name);
    expect(folderNow()).toBeNull();
  });
});
