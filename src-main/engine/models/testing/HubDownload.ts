import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { downloadIdSchema } from "../../../contract/downloads.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { ModelDownloadOptions } from "../download/downloadModel.ts";
import { PassingFailure } from "../download/downloadOptions.ts";
import type { QueueItem } from "../download/DownloadQueue.ts";
import { listQuantizations } from "../hub/quantizations.ts";
import type { FakeHub } from "./FakeHub.ts";
import { fakeRepository } from "./fakeRepository.ts";
import { HubFolder } from "./hubFolder.ts";

/** One model of one file at a fake hub, and its download, for tests of what goes wrong on the way. */
export class HubDownload implements AsyncDisposable {
  readonly repository = "some/model-GGUF";
  readonly key = "model.Q4_K_M.gguf";
  readonly folder: HubFolder;
  readonly content: Buffer;

  private constructor(folder: HubFolder, content: Buffer) {
    this.folder = folder;
    this.content = content;
  }

  static async open(content: Buffer): Promise<HubDownload> {
    const test = new HubDownload(await HubFolder.open(), content);
    const files = { [test.key]: content, "README.md": "# Model" };
    test.hub.add(fakeRepository(test.repository, files));
    return test;
  }

  get hub(): FakeHub {
    return this.folder.hub;
  }

  /** The download as it follows from what the hub lists. */
  async wanted(): Promise<QueueItem> {
    const { client } = this.folder;
    const { sha } = await client.model(this.repository);
    const entries = await client.files(this.repository, sha ?? "main");
    const found = listQuantizations(entries).quantizations.find(({ key }) => key === this.key);
    return {
      id: downloadIdSchema.parse("test"),
      repository: this.repository,
      revision: sha ?? "main",
      quantization: "Q4_K_M",
      files: found?.files ?? [],
      status: "queued",
      error: null,
      bytes: 0,
    };
  }

  /** Where what arrives lies until it is whole. */
  get staging(): string {
    return path.join(this.folder.modelsDir, ".downloads", "test");
  }

  async fetch(item: QueueItem, change: Partial<ModelDownloadOptions> = {}): Promise<void> {
    const options = { staging: this.staging, onProgress: () => {} };
    const { signal } = new AbortController();
    await this.folder.downloader(change)(item, { ...options, signal });
  }

  async failure(work: Promise<unknown>): Promise<HearthError> {
    const error: unknown = await work.then(
      () => new Error("it passed"),
      (thrown: unknown) => thrown,
    );
    if (error instanceof PassingFailure) return error.error;
    if (!(error instanceof HearthError)) throw error;
    return error;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.folder[Symbol.asyncDispose]();
  }
}

/** The file is among the models, whole and right, and nothing else is anywhere. */
export async function expectRight({ folder, repository, key, content }: HubDownload) {
  const file = path.join(folder.modelsDir, repository, key);
  expect(Buffer.compare(await readFile(file), content)).toBe(0);
  expect(Object.keys(await folder.tree()).toSorted()).toEqual([
    `models/${repository}/${key}`,
    `models/${repository}/${key}.json`,
  ]);
}

/** Nothing can be taken for a model; what is kept lies where no search looks. */
export async function expectNothingListed({ folder }: HubDownload): Promise<void> {
  const outside = Object.keys(await folder.tree()).filter(
    (name) => !name.startsWith("models/.downloads/"),
  );
  expect(outside).toEqual([]);
}
