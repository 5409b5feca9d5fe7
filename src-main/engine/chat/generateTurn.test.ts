import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chatSchema, samplingSchema, type ChatEvent, type Message } from "../../contract/chat.ts";
import { messageIdSchema } from "../../contract/ids.ts";
import { modelSchema } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import { NoticeBoard } from "../core/NoticeBoard.ts";
import {
  idleActivity,
  type EndReason,
  type GenerateEvent,
  type GenerateRequest,
  type InferenceBackend,
  type LoadedModelInfo,
} from "../llama/InferenceBackend.ts";
import { processorTarget } from "../models/chooseTarget.ts";
import { ModelManager } from "../models/ModelManager.ts";
import { generateTurn } from "./generateTurn.ts";
import { TurnRecorder } from "./TurnRecorder.ts";

const chat = chatSchema.parse({
  id: randomUUID(),
  title: "",
  systemPrompt: "",
  sampling: samplingSchema.parse({}),
  modelId: null,
  documentIds: [],
  collectionIds: [],
  activeLeafId: null,
  createdAt: 0,
  updatedAt: 0,
});

function message(role: Message["role"], text: string, more: Partial<Message> = {}): Message {
  return {
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
    ...more,
  };
}

/**
 * A turn with a model that says the given pieces. The test models do not reason, so what a reasoning
 * model says is written down here.
 */
async function turn(
  pieces: string[],
  path: Message[],
  continued?: Message,
  { reason = "stop", opensThought = false }: { reason?: EndReason; opensThought?: boolean } = {},
): Promise<{ answer: Message; events: ChatEvent[]; request: GenerateRequest }> {
  const requests: GenerateRequest[] = [];
  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
    requests.push(request);
    yield { type: "prompt", evaluatedTokens: 1, reusedTokens: 0, totalTokens: 1, opensThought };
    for (const text of pieces) yield { type: "text", text, tokens: 1 };
    yield {
      type: "end",
      reason,
      promptTokens: 1,
      reusedTokens: 0,
      tokens: pieces.length,
      firstTokenMs: 1,
      tokensPerSecond: 1,
    };
  }
  const info: Partial<LoadedModelInfo> = {
    pid: 1,
    contextTokens: 2048,
    threads: 1,
    device: "cpu",
    template: { source: "model", name: "model" },
  };
  const backend: InferenceBackend = {
    info: info as LoadedModelInfo,
    activity: idleActivity,
    generate,
    countTokens: async (texts) => texts.map(() => 1),
    countChatTokens: async (messages) => messages.length,
    embed: async () => ({ vectors: [], truncatedTexts: 0, tokens: 0 }),
    rank: async () => ({ scores: [], truncatedTexts: 0, tokens: 0 }),
    [Symbol.asyncDispose]: async () => {},
  };
  const model = modelSchema.parse({
    id: "reasoner",
    name: "Reasoner",
    path: "reasoner.gguf",
    kind: "chat",
    architecture: "qwen3",
    parameters: 1,
    quantization: "Q8_0",
    bytes: 1,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
  });
  const models = new ModelManager({
    registry: { rescan: async () => [model] },
    settings: new Cell(settingsSchema.parse({})),
    notices: new NoticeBoard(),
    threads: () => 1,
    loader: {
      load: async () => ({
        result: backend,
        shape: { target: processorTarget, contextTokens: 2048, kvType: "f16" },
        draft: { model: null, refusal: null },
        steps: [],
      }),
      estimate: async () => [],
    },
  });
  await models.rescan();
  const events: ChatEvent[] = [];
  const recorder = new TurnRecorder(
    { updateMessage: async () => {} },
    continued ?? message("assistant", "", { status: "streaming" }),
  );
  if (continued) await recorder.start();
  await generateTurn(
    { models },
    {
      chat,
      path,
      ...(continued ? { continued } : {}),
      recorder,
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
    },
  );
  return { answer: await recorder.finish(), events, request: requests[0]! };
}

const question = message("user", "What is two and two?");

function said(request: GenerateRequest): string[] {
  return request.prompt.kind === "chat" ? request.prompt.messages.map((one) => one.content) : [];
}

describe("generateTurn with a reasoning model", () => {
  it("keeps what it thinks apart from what it says, however the marks are cut", async () => {
    const pieces = ["<th", "ink>\nTwo and", " two.", "\n</thi", "nk>\n\nFo", "ur."];
    const { answer, events } = await turn(pieces, [question]);
    expect(answer).toMatchObject({
      text: "Four.",
      reasoning: "Two and two.",
      status: "complete",
    });
    const deltas = events.filter((event) => event.type === "delta");
    expect(deltas.map((delta) => delta.text).join("")).toBe("Four.");
    expect(
      deltas
        .map((delta) => delta.reasoning)
        .join("")
        .trim(),
    ).toBe("Two and two.");
  });

  it("knows a thought that the prompt has opened already", async () => {
    const pieces = ["\nTwo and", " two.", "\n</think>\n\nFour."];
    const { answer } = await turn(pieces, [question], undefined, { opensThought: true });
    expect(answer).toMatchObject({ text: "Four.", reasoning: "Two and two." });
  });

  it("does not show earlier thoughts to the model again", async () => {
    const before = message("assistant", "Four.", { reasoning: "Two and two." });
    const { request } = await turn(["Yes."], [question, before, message("user", "Sure?")]);
    expect(said(request)).toEqual(["What is two and two?", "Four.", "Sure?"]);
  });

  it("goes on in the middle of a thought", async () => {
    const cut = message("assistant", "", { reasoning: "Two and", status: "length" });
    const { answer, request } = await turn([" two.</think>Four."], [question], cut);
    expect(request.prompt).toMatchObject({ continueLast: true });
    expect(said(request).at(-1)).toBe("<think>\nTwo and");
    expect(answer.text).toBe("Four.");
    expect(answer.reasoning).toBe("Two and two.");
  });

  it("goes on after the thought, with the thought in front as it was generated", async () => {
    const cut = message("assistant", "It is", { reasoning: "Two and two.", status: "stopped" });
    const { answer, request } = await turn([" four", "."], [question], cut, {
      reason: "length",
    });
    expect(said(request).at(-1)).toBe("<think>\nTwo and two.\n</think>\n\nIt is");
    expect(answer).toMatchObject({
      text: "It is four.",
      reasoning: "Two and two.",
      status: "length",
    });
  });
});
