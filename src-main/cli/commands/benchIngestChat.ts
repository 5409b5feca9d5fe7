import type { Model } from "../../contract/models.ts";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
import { followStream } from "../followStream.ts";

/** How fast a chat is written, in tokens per second. */
export interface ChatBesideIngest {
  aloneTokensPerSecond: number;
  duringTokensPerSecond: number;
  ratio: number;
}

const tokens = 96;
const runsAlone = 2;
const runsDuring = 4;

/**
 * Lets a chat model write before, while and after documents are taken in, which are cancelled then.
 *
 * @param paths of documents that take much longer than the chat
 */
export async function measureChatBesideIngest(
  { client }: EngineConnection,
  model: Model,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ChatBesideIngest> {
  const write = async (count: number): Promise<number[]> => {
    const rates: number[] = [];
    for (let run = 0; run < count; run++) {
      const { stats } = await followStream(
        client.stream(
          "generate.run",
          {
            messages: [{ role: "user", content: "Tell a long story." }],
            modelId: model.id,
            sampling: { temperature: 0, repeatPenalty: 1, maxTokens: tokens },
            ignoreEos: true,
            guessAhead: false,
          },
          { signal },
        ),
        () => undefined,
      );
      rates.push(stats.tokensPerSecond);
    }
    return rates;
  };
  await write(1);
  const alone = await write(runsAlone);
  const embedding = Promise.withResolvers<void>();
  const ingesting = followStream(
    client.stream("documents.ingest", { paths: [...paths] }, { signal }),
    ({ stage }) => {
      if (stage === "embedding") embedding.resolve();
    },
  );
  ingesting.catch(() => undefined);
  await Promise.race([embedding.promise, ingesting]);
  const during = await write(runsDuring);
  const { progress } = await client.call("documents.list", {});
  if (progress === null) throw new RangeError("The documents were taken in before the chat ended.");
  await client.call("documents.cancelAll", {});
  await ingesting;
  alone.push(...(await write(runsAlone)));
  const [aloneTokensPerSecond, duringTokensPerSecond] = [mean(alone), mean(during)];
  return {
    aloneTokensPerSecond,
    duringTokensPerSecond,
    ratio: duringTokensPerSecond / aloneTokensPerSecond,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
