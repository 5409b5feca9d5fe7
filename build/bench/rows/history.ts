import { nothingToDispose, type Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";
import type { ChatId, MessageId } from "../../../src-main/contract/ids.ts";

const historyTokens = 2048;
const answerTokens = 16;
/** Asked so that even a small model answers something. */
const nextQuestion = "Go on with the story. What happened next?";
const longQuestion = (): string =>
  `Tell a long story with these words: ${wordText(historyTokens, freshSeed())}`;

interface ColdChat {
  chatId: ChatId;
  leaf: MessageId;
  /** Tokens that its prompt and answer fill. */
  tokens: number;
}

/** The next question of a chat, when nothing was done to its model in between. */
export const nextTurn: Row = {
  key: "next-turn",
  name: "turn k+1 after 2k tokens: first text ÷ cold",
  unit: "ms",
  reach: { kind: "at-most", value: 0.1 },
  order: "theirs-first",
  open: async ({ engine }) => {
    const counted: string[] = [];
    let cold: ColdChat | undefined;
    return {
      theirs: async () => {
        const chatId = await engine.newChat(answerTokens);
        const turn = await engine.send(chatId, null, longQuestion());
        cold = { chatId, leaf: turn.message.id, tokens: filledTokens(turn.message.stats) };
        return turn.firstTextMs;
      },
      ours: async () => {
        if (!cold) throw new Error("The cold turn comes first.");
        const turn = await engine.send(cold.chatId, cold.leaf, nextQuestion);
        const { stats } = turn.message;
        counted.push(`${(stats?.promptTokens ?? 0) - (stats?.reusedTokens ?? 0)}`);
        return turn.firstTextMs;
      },
      notes: () => `tokens evaluated: ${[...new Set(counted)].join(", ")}`,
      [Symbol.asyncDispose]: nothingToDispose,
    };
  },
};

/** The next question of a chat whose model was unloaded and is loaded again: its state is on disk. */
export const stateFromDisk: Row = {
  key: "state-disk",
  name: "unloaded chat, state from disk: first text ÷ cold",
  unit: "ms",
  reach: { kind: "at-most", value: 0.05 },
  order: "theirs-first",
  open: async ({ engine }) => {
    const counted: string[] = [];
    let cold: ColdChat | undefined;
    return {
      theirs: async () => {
        const chatId = await engine.newChat(answerTokens);
        const turn = await engine.send(chatId, null, longQuestion());
        cold = { chatId, leaf: turn.message.id, tokens: filledTokens(turn.message.stats) };
        return turn.firstTextMs;
      },
      ours: async () => {
        if (!cold) throw new Error("The cold turn comes first.");
        const { modelId } = await engine.loadChatModel();
        await engine.unload(modelId);
        // Loading the weights takes the same time either way, and is no part of either side.
        await engine.loadChatModel();
        const turn = await engine.send(cold.chatId, cold.leaf, nextQuestion);
        counted.push(`${turn.message.stats?.reusedTokens ?? 0} of ${cold.tokens}`);
        return turn.firstTextMs;
      },
      notes: () => `tokens restored: ${[...new Set(counted)].join(", ")}`,
      [Symbol.asyncDispose]: nothingToDispose,
    };
  },
};

function filledTokens(stats: { promptTokens: number; tokens: number } | undefined): number {
  return (stats?.promptTokens ?? 0) + (stats?.tokens ?? 0);
}
