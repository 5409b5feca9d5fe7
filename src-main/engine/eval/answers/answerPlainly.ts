import type { Model } from "../../../contract/models.ts";
import { ReasoningSplitter } from "../../llama/ReasoningSplitter.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import { goesRound } from "../../rag/repeats.ts";

/** As in an answer from documents, but for what is said of the passages. */
const instructions = "Answer the question in one to three short sentences.";
const answerTokens = 192;

/** What a model says to a question by itself: greedily, and as long as an answer from documents may be. */
export async function answerPlainly(
  models: Pick<ModelManager, "use">,
  model: Model,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  return await models.use(
    model,
    "chat",
    async (backend) => {
      const loop = new AbortController();
      const events = backend.generate(
        {
          prompt: {
            kind: "chat",
            messages: [
              { role: "system", content: instructions },
              { role: "user", content: question },
            ],
          },
          maxTokens: answerTokens,
          sampling: { temperature: 0, repeatPenalty: 1.1 },
        },
        { signal: AbortSignal.any([signal, loop.signal]), priority: "chat" },
      );
      let splitter = new ReasoningSplitter();
      let said = "";
      for await (const event of events) {
        if (event.type === "prompt") {
          if (event.opensThought) splitter = new ReasoningSplitter("behindMark");
        } else if (event.type === "text") {
          said += splitter.push(event.text).text;
          if (goesRound(said)) loop.abort();
        } else if (event.type !== "queued") said += splitter.end().text;
      }
      signal.throwIfAborted();
      return said.trim();
    },
    signal,
  );
}

/** Whether a model said that it does not know, in English or German. */
export function declines(text: string): boolean {
  return declining.test(text.slice(0, 240).replaceAll("’", "'"));
}

const declining =
  /\b(?:i(?:'m| am) (?:not (?:sure|aware|able)|unable|sorry)|i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|have|find|provide|answer|determine)|no information|there is no (?:known|record)|not mentioned|unknown to me|ich weiß (?:es )?nicht|weiß ich (?:leider )?nicht|(?:liegen|habe|gibt es)(?: \p{L}+)? keine (?:angaben|informationen))/iu;
