import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chatSchema, samplingSchema, type Message } from "../../contract/chat.ts";
import { messageIdSchema } from "../../contract/ids.ts";
import { modelSchema } from "../../contract/models.ts";
import type {
  GenerateEvent,
  GenerateRequest,
  InferenceBackend,
  LoadedModelInfo,
} from "../llama/InferenceBackend.ts";
import { rereadChat, type Reread, type RereadProgress } from "./rereadChat.ts";

const model = modelSchema.parse({
  id: "small",
  name: "Small",
  path: "small.gguf",
  kind: "chat",
  architecture: "llama",
  parameters: 1,
  quantization: "Q4_0",
  bytes: 1,
  contextLength: 2048,
  hasChatTemplate: true,
  source: "",
});
const chat = chatSchema.parse({
  id: randomUUID(),
  title: "",
  systemPrompt: "Be brief.",
  sampling: samplingSchema.parse({}),
  modelId: model.id,
  documentIds: [],
  collectionIds: [],
  activeLeafId: null,
  createdAt: 0,
  updatedAt: 0,
});
const message = (role: Message["role"], text: string): Message => ({
  id: messageIdSchema.parse(randomUUID()),
  chatId: chat.id,
  parentId: null,
  role,
  text,
  reasoning: "",
  status: "complete",
  createdAt: 0,
  documentIds: [],
  collectionIds: [],
  droppedMessages: 0,
});
const path = [message("user", "Name a colour."), message("assistant", "Blue.")];

/** @param onLoaded called between loading and reading */
async function reread(
  end: AbortController,
  messages: readonly Message[],
  onLoaded: () => void = () => {},
): Promise<{ told: RereadProgress[]; requests: GenerateRequest[]; result: Promise<Reread> }> {
  const requests: GenerateRequest[] = [];
  const told: RereadProgress[] = [];
  async function* generate(
    request: GenerateRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<GenerateEvent> {
    requests.push(request);
    yield { type: "prompt", evaluatedTokens: 8, reusedTokens: 4, totalTokens: 20 };
    yield {
      type: "end",
      reason: signal?.aborted ? "cancelled" : "length",
      promptTokens: 20,
      reusedTokens: 4,
      tokens: 1,
      firstTokenMs: 1,
      tokensPerSecond: null,
    };
  }
  const backend = {
    info: { contextTokens: 2048 } as LoadedModelInfo,
    countChatTokens: async () => 20,
    generate,
  } as unknown as InferenceBackend;
  const result = rereadChat(
    {
      models: {
        find: () => model,
        use: async (_model, _purpose, work, _signal, onProgress) => {
          onProgress?.(0.5);
          onLoaded();
          return await work(backend);
        },
      },
    },
    { chat, path: messages },
    (progress) => told.push(progress),
    end.signal,
    new AbortController().signal,
  );
  await result.catch(() => {});
  return { told, requests, result };
}

describe("rereadChat", () => {
  it("loads the model, has it read all of the branch, and writes nothing", async () => {
    const { told, requests, result } = await reread(new AbortController(), path);
    expect(await result).toEqual({ tokens: 20, reusedTokens: 4 });
    expect(told).toEqual([
      { stage: "loading", done: 0, total: 1 },
      { stage: "loading", done: 0.5, total: 1 },
      { stage: "reading", done: 12, total: 20 },
    ]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      maxTokens: 1,
      prompt: {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Name a colour." },
          { role: "assistant", content: "Blue." },
        ],
      },
    });
  });

  it("only loads the model where there is nothing that it could read beforehand", async () => {
    const { requests, result } = await reread(new AbortController(), []);
    expect(await result).toEqual({ tokens: 0, reusedTokens: 0 });
    expect(requests).toEqual([]);
  });

  it("ends when the next message comes, and not before the model is there", async () => {
    const end = new AbortController();
    const { told, requests, result } = await reread(end, path, () => end.abort());
    await expect(result).rejects.toMatchObject({ code: "cancelled" });
    expect(told.at(-1)).toEqual({ stage: "loading", done: 0.5, total: 1 });
    expect(requests).toEqual([]);
  });
});
