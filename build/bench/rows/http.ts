import {
  streamChat,
  type HttpChat,
  type HttpServer,
} from "../../../src-main/cli/commands/benchHttp.ts";
import { HearthServer } from "../HearthServer.ts";
import { LlamaServer } from "../llama/LlamaServer.ts";
import type { Bench, OpenRow, Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";

const promptTokens = 128;
const generatedTokens = 128;
const contextTokens = 8192;

/** Several streamed answers at once to prompts that no cache holds, from the first byte to the last. */
async function chatsAtOnce(
  server: HttpServer,
  count: number,
): Promise<{ chats: HttpChat[]; ms: number }> {
  const begun = performance.now();
  const chats = await Promise.all(
    Array.from({ length: count }, async () => {
      const seed = freshSeed();
      return await streamChat(server, {
        messages: [
          { role: "system", content: `Text ${seed}.` },
          { role: "user", content: wordText(promptTokens, seed) },
        ],
        temperature: 0,
        max_tokens: generatedTokens,
        ignore_eos: true,
      });
    }),
  );
  return { chats, ms: performance.now() - begun };
}

async function openServers(
  bench: Bench,
  count: number,
  measure: (server: HttpServer) => Promise<number>,
): Promise<OpenRow> {
  const ours = await HearthServer.start(bench.engine.home);
  let theirs: LlamaServer;
  try {
    theirs = await LlamaServer.start(bench, bench.chatModel, [
      ...["-np", String(count), "-kvu", "-c", String(contextTokens)],
    ]);
  } catch (error) {
    await ours[Symbol.asyncDispose]();
    throw error;
  }
  const theirServer = { url: `${theirs.url}/v1` };
  // Connections are open and threads awake.
  await chatsAtOnce(ours.server, 1);
  await chatsAtOnce(theirServer, 1);
  return {
    ours: () => measure(ours.server),
    theirs: () => measure(theirServer),
    [Symbol.asyncDispose]: async () => {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
    },
  };
}

function aggregate(count: number): Row {
  return {
    key: `http-${count}`,
    name: `${count} chats over HTTP beside llama-server -np ${count}, aggregate`,
    unit: "tokens/s",
    reach: { kind: "at-least", value: 1 },
    open: (bench) =>
      openServers(bench, count, async (server) => {
        const { chats, ms } = await chatsAtOnce(server, count);
        return (1000 * chats.reduce((sum, { tokens }) => sum + tokens, 0)) / ms;
      }),
  };
}

function firstToken(count: number): Row {
  return {
    key: `http-first-${count}`,
    name: `${count} chats over HTTP beside llama-server -np ${count}, mean time to first text`,
    unit: "ms",
    reach: { kind: "at-most", value: 1.1 },
    open: (bench) =>
      openServers(bench, count, async (server) => {
        const { chats } = await chatsAtOnce(server, count);
        return chats.reduce((sum, { firstTextMs }) => sum + (firstTextMs ?? 0), 0) / count;
      }),
  };
}

export const httpRows: readonly Row[] = [2, 4, 8].flatMap((count) => [
  aggregate(count),
  firstToken(count),
]);
