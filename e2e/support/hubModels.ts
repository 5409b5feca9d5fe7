import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FakeHub } from "../../src-main/engine/models/testing/FakeHub.ts";
import { fakeRepository } from "../../src-main/engine/models/testing/fakeRepository.ts";
import type { GgufEntry } from "../../src-main/engine/models/gguf/writeGguf.ts";
import { writeSmallModel } from "../../src-main/engine/models/testing/smallGguf.ts";
import type { HearthPage } from "./HearthPage.ts";
import { expect } from "@playwright/test";

const card = [
  "---",
  "license: apache-2.0",
  "---",
  "# Quill",
  "It writes **short** letters. [Its home](https://quill.example/home)",
  '<img src="https://evil.example/pixel" onerror="window.wasRun = true">',
  "<script>window.wasRun = true</script>",
  "![pixel](https://evil.example/pixel)",
].join("\n");

/** A hub with two small models, of which one is gated. */
export async function startHub(): Promise<FakeHub> {
  const hub = await FakeHub.start();
  const content = await smallModel();
  const gguf = { total: 2e6, architecture: "llama", context_length: 2048 };
  const parts: Record<string, Buffer> = {};
  for (const part of [1, 2, 3])
    parts[`Quill.F16-0000${part}-of-00003.gguf`] = await smallModel(part);
  hub.add(
    fakeRepository(
      "inkwell/Quill-GGUF",
      { "Quill.Q8_0.gguf": content, "README.md": card, "..\\evil.gguf": "x", ...parts },
      { gguf, likes: 50 },
    ),
    fakeRepository("inkwell/Vault-GGUF", { "Vault.Q8_0.gguf": content }, { gguf, gated: "manual" }),
  );
  return hub;
}

const rows = 30_000;

/** A model of one tensor, whose header tells what it takes; or one part of three of such a model. */
async function smallModel(part?: number): Promise<Buffer> {
  const uint = (key: string, value: number): GgufEntry => ({ key, type: "uint32", value });
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-hub-model-"));
  const file = path.join(folder, "made.gguf");
  const data = (): Uint8Array => new Uint8Array(rows * 2 * 34);
  await writeSmallModel(file, {
    chatTemplate: "{{ messages }}",
    metadata: [
      uint("llama.block_count", 2),
      uint("llama.embedding_length", 64),
      uint("llama.feed_forward_length", 128),
      uint("llama.attention.head_count", 4),
      ...(part === undefined ? [] : [uint("split.no", part - 1), uint("split.count", 3)]),
    ],
    tensors: [
      {
        name: part === undefined ? "token_embd.weight" : `blk.${part}.weight`,
        type: 8,
        shape: [64, rows],
        data,
      },
    ],
  });
  const content = await fs.readFile(file);
  await fs.rm(folder, { recursive: true });
  return content;
}

/** Opens the search, with this hub as its place. */
export async function openFind(hearth: HearthPage, hub: FakeHub): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await page.getByRole("tab", { name: "Find" }).click();
  await page.getByRole("button", { name: "Hub settings" }).click();
  const dialog = page.getByRole("dialog", { name: "Hub settings" });
  await dialog.getByRole("textbox", { name: "Address" }).fill(hub.url);
  await dialog.getByRole("button", { name: "Save" }).first().click();
  await expect(dialog.getByRole("button", { name: "Save" }).first()).toBeDisabled();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toHaveCount(0);
}
