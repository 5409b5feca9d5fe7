import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { deltaChannelHistoryTests, validate } from "@langchain/langgraph-checkpoint-validation";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Store } from "../../store/Store.ts";
import { openSaver } from "./openSaver.ts";
import type { StoreSaver } from "./StoreSaver.ts";

// The suite of the graph library's authors expects a test runner's functions as globals.
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it });

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-saver-"));
let store: Store;

const initializer = {
  // No name that the suite knows: none of its tests is left out.
  checkpointerName: "StoreSaver",
  async beforeAll(): Promise<void> {
    store = await Store.open({ path: path.join(folder, "hearth.sqlite") });
  },
  async afterAll(): Promise<void> {
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  },
  createCheckpointer: (): Promise<StoreSaver> => openSaver(store.checkpoints),
  async destroyCheckpointer(saver: StoreSaver): Promise<void> {
    for await (const { config } of saver.list({})) {
      await saver.deleteThread((config.configurable as { thread_id: string }).thread_id);
    }
    expect(await store.checkpoints.list({}, null, 1)).toEqual([]);
  },
};
validate(initializer);
deltaChannelHistoryTests(initializer);
