import type { InferenceMessage } from "../../../src-main/contract/inference.ts";
import type { BenchEngine, Generated } from "../BenchEngine.ts";
import { nothingToDispose, type Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";

const historyTokens = 2048;
const answerTokens = 16;

/** A chat of one turn, whose prompt no cache knew. */
interface ColdChat {
  messages: InferenceMessage[];
  firstTextMs: number;
  /** Tokens that its prompt and answer fill. */
  tokens: number;
}

async function coldChat(engine: BenchEngine): Promise<ColdChat> {
  const seed = freshSeed();
  const messages: InferenceMessage[] = [
    { role: "system", content: `Text ${seed}.` },
    { role: "user", content: wordText(historyTokens, seed) },
  ];
  const turn = await engine.write(messages, answerTokens);
  return {
    messages: [...messages, { role: "assistant", content: turn.text }],
    firstTextMs: firstText(turn),
    tokens: turn.stats.promptTokens + turn.stats.tokens,
  };
}

async function nextTurn(engine: BenchEngine, cold: ColdChat): Promise<Generated> {
  const question: InferenceMessage = { role: "user", content: "What happened next?" };
  return await engine.write([...cold.messages, question], answerTokens);
}

function firstText({ firstTextMs }: Generated): number {
  if (firstTextMs === undefined) throw new Error("The model wrote no text.");
  return firstTextMs;
}

/**
 * The next question of a chat beside its first, cold one.
 * @param between what happens to the model between the two
 * @param counted what is told of the second turn
 */
function afterHistory(
  row: Pick<Row, "key" | "name" | "reach">,
  between: (engine: BenchEngine) => Promise<void>,
  counted: (turn: Generated, cold: ColdChat) => string,
): Row {
  return {
    ...row,
    unit: "ms",
    order: "theirs-first",
    open: async ({ engine }) => {
      const counts = new Set<string>();
      let cold: ColdChat | undefined;
      return {
        theirs: async () => {
          cold = await coldChat(engine);
          return cold.firstTextMs;
        },
        ours: async () => {
          if (!cold) throw new Error("The cold turn comes first.");
          await between(engine);
          const turn = await nextTurn(engine, cold);
          counts.add(counted(turn, cold));
          return firstText(turn);
        },
        notes: () => [...counts].join(", "),
        [Symbol.asyncDispose]: nothingToDispose,
      };
    },
  };
}

export const turnAfterHistory = afterHistory(
  {
    key: "next-turn",
    name: "turn k+1 after 2k tokens: first text ÷ cold",
    reach: { kind: "at-most", value: 0.1 },
  },
  async () => {},
  ({ stats }) => `${stats.promptTokens - stats.reusedTokens} tokens evaluated`,
);

/** The chat's model was unloaded and is loaded again: the chat's state is on disk. */
export const turnFromDisk = afterHistory(
  {
    key: "state-disk",
    name: "unloaded chat, state from disk: first text ÷ cold",
    reach: { kind: "at-most", value: 0.05 },
  },
  // Loading the weights takes the same time either way, and is no part of either side.
  (engine) => engine.reloadChatModel(),
  ({ stats }, cold) => `${stats.reusedTokens} of ${cold.tokens} tokens restored`,
);
