import { z } from "zod";
import { LlamaServer } from "../llama/LlamaServer.ts";
import type { Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";

const chunks = 1000;
const chunkTokens = 256;
/** The beginning and the end that the tokenizer adds. */
const addedTokens = 2;
/** Texts in one request to the server. */
const textsPerRequest = 50;

const replySchema = z.object({
  data: z.array(z.object({ embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.int() }),
});

export const embeddings: Row = {
  key: "embeddings",
  name: "embeddings through the contract, 1,000 chunks of 256 tokens over all pairs",
  unit: "tokens/s",
  reach: { kind: "at-least", value: 0.95 },
  open: async (bench) => {
    const count = Math.ceil(chunks / bench.pairs);
    const texts = Array.from({ length: count }, () =>
      wordText(chunkTokens - addedTokens, freshSeed()),
    );
    const { client } = bench.engine;
    // Loads the embedder.
    await client.call("embeddings.run", { texts: texts.slice(0, 1) });
    const server = await LlamaServer.start(bench, bench.embeddingModel, [
      ...["--embedding", "-b", "1024", "-ub", "1024", "-np", "4", "-c", "2048"],
    ]);
    let tokensOfText = 0;
    return {
      ours: async () => {
        const begun = performance.now();
        const { tokens } = await client.call("embeddings.run", { texts });
        tokensOfText = tokens / texts.length;
        return (1000 * tokens) / (performance.now() - begun);
      },
      theirs: async () => {
        const begun = performance.now();
        let tokens = 0;
        for (let at = 0; at < texts.length; at += textsPerRequest) {
          tokens += await embedByServer(server.url, texts.slice(at, at + textsPerRequest));
        }
        return (1000 * tokens) / (performance.now() - begun);
      },
      notes: () => `${count} chunks a pair, ${tokensOfText.toFixed(0)} tokens each`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** @returns the tokens that were evaluated */
async function embedByServer(url: string, input: readonly string[]): Promise<number> {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ input }),
  });
  if (!response.ok) throw new Error(`llama-server: ${response.status} ${await response.text()}`);
  const { data, usage } = replySchema.parse(await response.json());
  if (data.length !== input.length) throw new Error("llama-server left out a text.");
  return usage.prompt_tokens;
}
