import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Egress } from "../../egress/Egress.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import {
  modelDownloader,
  type ModelDownload,
  type ModelDownloadOptions,
} from "../download/downloadModel.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import { HubClient } from "../hub/HubClient.ts";
import { FakeHub } from "./FakeHub.ts";

/** A fake hub, a client for it and an empty folder of models, for tests. */
export class HubFolder implements AsyncDisposable {
  readonly hub: FakeHub;
  readonly root: string;
  readonly log: RequestRecord[] = [];
  readonly egress: Egress;
  readonly client: HubClient;
  token: string | null = null;

  private constructor(hub: FakeHub, root: string) {
    this.hub = hub;
    this.root = root;
    this.egress = new Egress({ process: "test", onRequest: (record) => this.log.push(record) });
    this.client = new HubClient({
      egress: this.egress,
      endpoint: () => hub.url,
      token: () => Promise.resolve(this.token),
    });
  }

  static async open(): Promise<HubFolder> {
    return new HubFolder(
      await FakeHub.start(),
      await mkdtemp(path.join(os.tmpdir(), "hearth-hub-")),
    );
  }

  get modelsDir(): string {
    return path.join(this.root, "models");
  }

  /** Downloads as the engine does, but with small parts and little patience. */
  downloader(change: Partial<ModelDownloadOptions> = {}): ModelDownload {
    return modelDownloader({
      egress: this.egress,
      limit: new SpeedLimit(() => null),
      hub: this.client,
      modelsDir: () => Promise.resolve(this.modelsDir),
      connections: 3,
      segmentBytes: 64 * 1024,
      patience: 4,
      firstDelayMs: 1,
      idleMs: 150,
      journalMs: 0,
      ...change,
    });
  }

  /** Every file below the root by its path, with the beginning of its hash. */
  async tree(): Promise<Record<string, string>> {
    const tree: Record<string, string> = {};
    for (const name of await readdir(this.root, { recursive: true })) {
      const file = path.join(this.root, name);
      if (!(await lstat(file)).isFile()) continue;
      const hash = createHash("sha256").update(await readFile(file));
      tree[name.split(path.sep).join("/")] = hash.digest("hex").slice(0, 16);
    }
    return tree;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.egress[Symbol.asyncDispose]();
    await this.hub[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}
