import type { GenerationStats } from "../../contract/chat.ts";
import { defineCommand } from "../Command.ts";
import { modelIdOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { count, formatMs, share } from "../format.ts";

export const chat = defineCommand({
  name: "chat",
  usage: "--prompt TEXT [--system TEXT] [--model M] [--max-tokens N] [--temperature F] [--seed N]",
  summary: "Answers one prompt; nothing is kept",
  options: {
    prompt: { kind: "text", required: true, value: "TEXT", help: "what to say to the model" },
    system: { kind: "text", value: "TEXT", help: "system prompt" },
    model: { kind: "text", value: "M", help: "id, name or file of the model" },
    "max-tokens": {
      kind: "number",
      integer: true,
      min: 1,
      max: 131_072,
      value: "N",
      help: "most tokens to answer with",
    },
    temperature: {
      kind: "number",
      integer: false,
      min: 0,
      max: 2,
      value: "F",
      help: "0 takes the most likely token each time",
    },
    seed: {
      kind: "number",
      integer: true,
      min: 0,
      max: 4_294_967_294,
      value: "N",
      help: "the same seed gives the same answer",
    },
  },
  run: async (values, _positionals, context) => {
    const { terminal, signal } = context;
    const model = await modelIdOf(values.model, context);
    const client = await context.engine();
    const messages = [{ role: "user" as const, content: values.prompt }];
    let text = "";
    const result = await followStream(
      client.stream(
        "generate.run",
        {
          messages:
            values.system === undefined
              ? messages
              : [{ role: "system", content: values.system }, ...messages],
          ...model,
          sampling: {
            ...(values["max-tokens"] === undefined ? {} : { maxTokens: values["max-tokens"] }),
            ...(values.temperature === undefined ? {} : { temperature: values.temperature }),
            ...(values.seed === undefined ? {} : { seed: values.seed }),
          },
        },
        { signal },
      ),
      (item) => {
        if (item.type === "prompt") {
          terminal.progress(`Reading the prompt ${share(item.done, item.total)}`);
          return;
        }
        if (item.type === "queued") {
          terminal.progress(`Waiting, place ${item.place}`);
          return;
        }
        if (item.type !== "delta") return;
        text += item.text;
        if (!terminal.json) terminal.write(item.text);
      },
    );
    if (!terminal.json) {
      if (!text.endsWith("\n")) terminal.write("\n");
      terminal.log(statsLine(result.stats));
    }
    return { json: toChatJson(text, result) };
  },
});

export function toChatJson(
  text: string,
  result: { reason: string; stats: GenerationStats },
): Record<string, unknown> {
  const { tokens, promptTokens, reusedTokens, tokensPerSecond } = result.stats;
  const { firstTokenMs, contextTokens, model, quantization } = result.stats;
  return {
    text,
    tokens,
    promptTokens,
    tokensPerSecond,
    firstTokenMs,
    model,
    quantization,
    reusedTokens,
    contextTokens,
    reason: result.reason,
    ...(result.stats.server === undefined ? {} : { server: result.stats.server }),
    ...(result.stats.countsEstimated ? { countsEstimated: true } : {}),
  };
}

function statsLine(stats: GenerationStats): string {
  const { tokens, tokensPerSecond, firstTokenMs, model, quantization, server } = stats;
  const about = stats.countsEstimated ? "about " : "";
  const by = server === undefined ? "" : `, answered by your server ${server}`;
  return `${about}${count(tokens, "token")}, ${tokensPerSecond.toFixed(1)} per second, first after ${formatMs(firstTokenMs)}, ${`${model} ${quantization}`.trim()}${by}`;
}
