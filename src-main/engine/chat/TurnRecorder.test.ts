import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { messageSchema, type Message } from "../../contract/chat.ts";
import { TurnRecorder, type MessageStore } from "./TurnRecorder.ts";

const message = messageSchema.parse({
  id: "m",
  chatId: "c",
  parentId: null,
  role: "assistant",
  text: "",
  reasoning: "",
  status: "streaming",
  createdAt: 0,
  documentIds: [],
  collectionIds: [],
  droppedMessages: 0,
});

/** Remembers what was written, as a store would. */
class Written implements MessageStore {
  readonly patches: Partial<Message>[] = [];
  failure: Error | undefined;
  async updateMessage(_id: Message["id"], patch: Partial<Message>): Promise<void> {
    if (this.failure) throw this.failure;
    this.patches.push(patch);
  }
}

describe("TurnRecorder", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("saves streamed text within a second, and not for each piece", async () => {
    const store = new Written();
    const recorder = new TurnRecorder(store, message);
    for (let n = 0; n < 100; n++) {
      recorder.append("x", "");
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(store.patches.length).toBeGreaterThan(0);
    expect(store.patches.length).toBeLessThan(5);
    expect(store.patches.at(-1)?.text?.length).toBeGreaterThan(45);
  });

  it("ends with the whole message", async () => {
    const store = new Written();
    const recorder = new TurnRecorder(store, message);
    recorder.append("Hello", "because");
    const finished = await recorder.finish({ status: "stopped" });
    expect(finished).toMatchObject({ text: "Hello", reasoning: "because", status: "stopped" });
    expect(store.patches.at(-1)).toEqual(finished);
  });

  it("does not call complete what could not be kept", async () => {
    const store = new Written();
    const recorder = new TurnRecorder(store, message);
    recorder.append("Hello", "");
    store.failure = new Error("disk full");
    await expect(recorder.finish()).rejects.toThrow("disk full");
  });
});
