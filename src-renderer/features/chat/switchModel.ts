import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ChatId, ModelId } from "../../../src-main/contract/ids.ts";
import { link, modelsState } from "../../api/engine.ts";
import { updateChat, useChats } from "./chatStore.ts";

/** A model was chosen for a chat: from which to which, and how far the new one is in reading it. */
export interface Switch {
  readonly from: ModelId;
  /** What the chat had of its own before; null where it used the one for new chats. */
  readonly fromOwn: ModelId | null;
  readonly to: ModelId;
  readonly state:
    | { readonly kind: "loading"; readonly fraction: number }
    | { readonly kind: "reading"; readonly done: number; readonly total: number }
    | { readonly kind: "done"; readonly tokens: number }
    /** A message was sent, or another model chosen, before it was through. */
    | { readonly kind: "ended" }
    | { readonly kind: "failed"; readonly error: ErrorData };
}

interface Switches {
  readonly switches: Readonly<Record<ChatId, Switch>>;
}

export const useSwitches = create<Switches>(() => ({ switches: {} }));

const running = new Map<ChatId, () => void>();

function patch(chatId: ChatId, state: Switch["state"]): void {
  useSwitches.setState(({ switches }) => {
    const before = switches[chatId];
    return before ? { switches: { ...switches, [chatId]: { ...before, state } } } : {};
  });
}

/** Takes the line about a switch away; what it tells of goes on. */
export function dismissSwitch(chatId: ChatId): void {
  useSwitches.setState(({ switches }) => {
    const { [chatId]: _gone, ...rest } = switches;
    return { switches: rest };
  });
}

/** Has another model answer from now on. The chat stays as it is, and the model reads it. */
export async function switchModel(chatId: ChatId, to: ModelId): Promise<void> {
  const open = useChats.getState().chats[chatId];
  const before = open?.chat.modelId ?? null;
  const from = before ?? modelsState.getState().value?.chatModelId ?? null;
  if (from === to && before === to) return;
  stopReading(chatId);
  await updateChat(chatId, { modelId: to });
  const changed = useChats.getState().chats[chatId]?.chat.modelId === to;
  const model = modelsState.getState().value?.models.find(({ id }) => id === to);
  const read = changed && from !== null && from !== to && (open?.messages.length ?? 0) > 0;
  if (!read || open?.live || model?.server) {
    dismissSwitch(chatId);
    return;
  }
  const begun: Switch = { from, fromOwn: before, to, state: { kind: "loading", fraction: 0 } };
  useSwitches.setState(({ switches }) => ({ switches: { ...switches, [chatId]: begun } }));
  await reread(chatId);
}

/** The model that the chat had before answers again, and nothing is said of it. */
export async function undoSwitch(chatId: ChatId): Promise<void> {
  const { fromOwn } = useSwitches.getState().switches[chatId] ?? {};
  if (fromOwn === undefined) return;
  stopReading(chatId);
  dismissSwitch(chatId);
  await updateChat(chatId, { modelId: fromOwn });
}

function stopReading(chatId: ChatId): void {
  running.get(chatId)?.();
  running.delete(chatId);
}

async function reread(chatId: ChatId): Promise<void> {
  const stream = link.client.stream("chats.reread", { chatId });
  const cancel = (): void => stream.cancel();
  running.set(chatId, cancel);
  const isCurrent = (): boolean => running.get(chatId) === cancel;
  try {
    for await (const { stage, done, total } of stream) {
      if (!isCurrent()) continue;
      patch(
        chatId,
        stage === "loading"
          ? { kind: "loading", fraction: done / total }
          : { kind: "reading", done, total },
      );
    }
    const { tokens } = await stream.result;
    if (isCurrent()) patch(chatId, { kind: "done", tokens });
  } catch (error) {
    if (!isCurrent()) return;
    patch(
      chatId,
      isCancelled(error) ? { kind: "ended" } : { kind: "failed", error: toErrorData(error) },
    );
  } finally {
    if (isCurrent()) running.delete(chatId);
  }
}
