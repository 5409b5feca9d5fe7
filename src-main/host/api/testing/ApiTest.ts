import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActivityState } from "../../../contract/activity.ts";
import type { ModelsState } from "../../../contract/models.ts";
import type { InputOf, ValueOf } from "../../../contract/defineRoute.ts";
import type { Routes } from "../../../contract/routes.ts";
import { rootDir } from "../../../paths/entries.ts";
import { connectEngine, type EngineConnection } from "../../../supervisor/connectEngine.ts";
import { startHost, type HostOptions, type RunningHost } from "../../startHost.ts";

export const chatModel = "SmolLM2-135M-Instruct.Q4_1";
export const embeddingModel = "all-MiniLM-L6-v2.Q8_0";

/** A real host on a home of its own, with the test models in it, and a key for a program. */
export class ApiTest implements AsyncDisposable {
  readonly folder: string;
  readonly host: RunningHost;
  readonly engine: EngineConnection;
  /** As `hearth keys add` makes it. */
  readonly key: string;

  private constructor(parts: {
    folder: string;
    host: RunningHost;
    engine: EngineConnection;
    key: string;
  }) {
    this.folder = parts.folder;
    this.host = parts.host;
    this.engine = parts.engine;
    this.key = parts.key;
  }

  static async start(options: Partial<HostOptions> = {}): Promise<ApiTest> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-api-"));
    const home = path.join(folder, "home");
    const models = process.env["HEARTH_TEST_MODELS"] ?? path.join(rootDir(), ".cache", "models");
    await fs.mkdir(path.join(home, "models"), { recursive: true });
    for (const name of [chatModel, embeddingModel]) {
      const file = `${name}.gguf`;
      await fs.symlink(path.join(models, file), path.join(home, "models", file));
    }
    const host = await startHost({ home, ...options });
    const engine = await connectEngine({ home, face: "test" });
    const { secret } = await engine.client.call("keys.add", { name: "test" });
    return new ApiTest({ folder, host, engine, key: secret });
  }

  get baseUrl(): string {
    return this.host.apiUrls[0] ?? "";
  }

  /** Requests that the chat model is reading or writing at the moment. */
  async runningRequests(): Promise<number> {
    const { models }: ActivityState = await this.#value("activity.state");
    return models.reduce((sum, { running }) => sum + running, 0);
  }

  /** Kills the process of the chat model as the system would. */
  async killModel(): Promise<void> {
    const { loaded, chatModelId }: ModelsState = await this.#value("models.state");
    const pid = loaded.find(({ modelId }) => modelId === chatModelId)?.pid;
    if (pid === undefined || pid === null) return;
    process.kill(pid, "SIGKILL");
    await sleep(50);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
    const closed = new Promise<void>((resolve) => this.engine.client.onClose(resolve));
    await this.engine.client.call("system.shutdown", {});
    await closed;
    await fs.rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  /** The value of a state as it is now. */
  #value<N extends "activity.state" | "models.state">(route: N): Promise<ValueOf<Routes[N]>> {
    const { client } = this.engine;
    return new Promise<ValueOf<Routes[N]>>((resolve, reject) => {
      const input = {} as InputOf<Routes[N]>;
      const stop = client.watch(
        route,
        input,
        (value) => {
          resolve(value);
          queueMicrotask(() => stop());
        },
        reject,
      );
    });
  }
}
