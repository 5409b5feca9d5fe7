import { afterEach, describe, expect, it } from "vitest";
import {
  chatSchema,
  messageSchema,
  samplingSchema,
  type ChatEvent,
} from "../../../src-main/contract/chat.ts";
import type { ChatId } from "../../../src-main/contract/ids.ts";
import { dismissFailure, useFailure } from "../../app/failures.ts";
import {
  applyEvent,
  regenerate,
  showBranch,
  stopAnswer,
  updateChat,
  useChats,
  type OpenChat,
} from "./chatStore.ts";

const base = {
  chatId: "c",
  reasoning: "",
  createdAt: 0,
  documentIds: [],
  collectionIds: [],
  droppedMessages: 0,
};
const user = messageSchema.parse({
  ...base,
  id: "u",
  parentId: null,
  role: "user",
  text: "Hi",
  status: "complete",
});
const assistant = messageSchema.parse({
  ...base,
  id: "a",
  parentId: "u",
  role: "assistant",
  text: "",
  status: "streaming",
});
const empty: OpenChat = {
  chat: chatSchema.parse({
    id: "c",
    title: "",
    systemPrompt: "",
    sampling: samplingSchema.parse({}),
    modelId: null,
    documentIds: [],
    collectionIds: [],
    activeLeafId: null,
    createdAt: 0,
    updatedAt: 0,
  }),
  messages: [],
  live: null,
  error: null,
};

const play = (...events: ChatEvent[]): OpenChat => events.reduce(applyEvent, empty);

describe("events of an answer", () => {
  it("build the turn as it streams", () => {
    const open = play(
      { type: "started", user, assistant },
      { type: "step", name: "loading" },
      { type: "prompt", done: 3, total: 9 },
      { type: "delta", text: "", reasoning: "hm" },
      { type: "delta", text: "Hel", reasoning: "" },
      { type: "delta", text: "lo", reasoning: "" },
      { type: "notice", droppedMessages: 2 },
    );
    expect(open.chat.activeLeafId).toBe("a");
    expect(open.messages.map((message) => message.id)).toEqual(["u", "a"]);
    expect(open.messages[1]).toMatchObject({ text: "Hello", reasoning: "hm", droppedMessages: 2 });
    expect(open.live).toMatchObject({ step: "loading", prompt: { done: 3, total: 9 } });
  });

  it("leave finished messages alone", () => {
    const first = play({ type: "started", user, assistant });
    const later = applyEvent(first, { type: "delta", text: "x", reasoning: "" });
    expect(later.messages[0]).toBe(first.messages[0]);
  });
});

// There is no engine here, so that whatever is asked of it fails.
describe("what fails", () => {
  const chatId = empty.chat.id;
  afterEach(() => {
    useChats.setState({ chats: {} });
    dismissFailure();
  });

  it.each([
    ["stopping", () => stopAnswer(chatId)],
    ["a change", () => updateChat(chatId, { title: "New" })],
    ["another branch", () => showBranch(chatId, user.id)],
    ["a new answer", () => regenerate(chatId, assistant.id)],
  ])("is told in the open chat: %s", async (_name, ask) => {
    useChats.setState({ chats: { [chatId]: { ...empty, messages: [user, assistant] } } });
    await ask();
    expect(useChats.getState().chats[chatId]?.error).toMatchObject({ code: "connection-lost" });
    expect(useFailure.getState().error).toBeNull();
  });

  it("is told over the window where the chat is not open", async () => {
    await updateChat("elsewhere" as ChatId, { title: "New" });
    expect(useFailure.getState().error).toMatchObject({ code: "connection-lost" });
  });
});
