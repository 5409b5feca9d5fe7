import { randomUUID } from "node:crypto";
import type { ToolCallData } from "../../../contract/inference.ts";
import type { ApiCall, Endpoint } from "../Endpoint.ts";
import { parseFields } from "../fields.ts";
import { findModel, publicName } from "../models.ts";
import type { Stats } from "../openai/usage.ts";
import { countSchema, messagesSchema, toGenerateInput, toPrompt } from "./messagesRequest.ts";

type Block =
  | { type: "text"; text: string }
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "tool_use"; id: string; name: string; input: unknown };

export const anthropicEndpoints: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/v1/messages",
    dialect: "anthropic",
    answer: async (call) => {
      const body = parseFields(messagesSchema, call.body);
      const model = await findModel(call.engine, "chat", body.model, call.signal);
      const input = toGenerateInput(body, model.id);
      const oneCall =
        body.tool_choice?.type !== "none" && body.tool_choice?.disable_parallel_tool_use === true;
      const writer = new MessageWriter(call, {
        model: publicName(model),
        isStream: body.stream === true,
        showThinking: body.thinking?.type === "enabled" || body.thinking?.type === "adaptive",
        oneCall,
      });
      const running = call.engine.stream("generate.run", input, { signal: call.signal });
      for await (const item of running) {
        if (item.type === "prompt") await writer.begin(item.done, item.total);
        else if (item.type === "delta") await writer.add(item.text, item.reasoning ?? "");
        else if (item.type === "toolCall") await writer.addCall(item.call);
      }
      const { reason, stopString, stats } = await running.result;
      return await writer.finish(reason, stopString, stats);
    },
  },
  {
    method: "POST",
    path: "/v1/messages/count_tokens",
    dialect: "anthropic",
    answer: async ({ body: given, engine, signal }) => {
      const body = parseFields(countSchema, given);
      const model = await findModel(engine, "chat", body.model, signal);
      const { tokens } = await engine.call(
        "tokens.count",
        { ...toPrompt(body), modelId: model.id },
        { signal },
      );
      return { input_tokens: tokens };
    },
  },
];

/** Makes of what the engine says the blocks of a message, and tells of them while they come. */
class MessageWriter {
  readonly #call: ApiCall;
  readonly #options: { model: string; isStream: boolean; showThinking: boolean; oneCall: boolean };
  readonly #id = `msg_${randomUUID().replaceAll("-", "")}`;
  readonly #blocks: Block[] = [];
  #begun = false;
  /** The last block can still grow. */
  #open = false;

  constructor(
    call: ApiCall,
    options: { model: string; isStream: boolean; showThinking: boolean; oneCall: boolean },
  ) {
    this.#call = call;
    this.#options = options;
  }

  /** @param reused tokens of the prompt that were in memory already, at the first call */
  async begin(reused: number, total: number): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    const usage = { ...toUsage({ promptTokens: total, reusedTokens: reused, tokens: 0 }) };
    await this.#send("message_start", { message: this.#message([], null, null, usage) });
    await this.#send("ping", {});
  }

  async add(text: string, reasoning: string): Promise<void> {
    if (reasoning !== "" && this.#options.showThinking) {
      const block = await this.#grow("thinking");
      if (block.type === "thinking") block.thinking += reasoning;
      await this.#delta({ type: "thinking_delta", thinking: reasoning });
    }
    if (text === "") return;
    const block = await this.#grow("text");
    if (block.type === "text") block.text += text;
    await this.#delta({ type: "text_delta", text });
  }

  async addCall({ id, name, argumentsJson }: ToolCallData): Promise<void> {
    if (this.#options.oneCall && this.#blocks.some(({ type }) => type === "tool_use")) return;
    await this.#close();
    const input: unknown = JSON.parse(argumentsJson);
    // The input comes in deltas; the block itself begins without it.
    await this.#start(
      { type: "tool_use", id, name, input },
      { type: "tool_use", id, name, input: {} },
    );
    await this.#delta({ type: "input_json_delta", partial_json: argumentsJson });
    await this.#close();
  }

  /** @returns the message, where it is not streamed */
  async finish(reason: string, stopString: string | null, stats: Stats): Promise<unknown> {
    await this.begin(stats.reusedTokens, stats.promptTokens);
    await this.#close();
    const called = this.#blocks.some(({ type }) => type === "tool_use");
    const stopReason = called
      ? "tool_use"
      : reason !== "stop"
        ? "max_tokens"
        : stopString === null
          ? "end_turn"
          : "stop_sequence";
    const stopSequence = stopReason === "stop_sequence" ? stopString : null;
    const usage = toUsage(stats);
    if (!this.#options.isStream) {
      return this.#message(this.#blocks, stopReason, stopSequence, usage);
    }
    const delta = { stop_reason: stopReason, stop_sequence: stopSequence };
    await this.#send("message_delta", { delta, usage });
    await this.#send("message_stop", {});
    this.#call.openStream().end();
    return undefined;
  }

  async #grow(type: "text" | "thinking"): Promise<Block> {
    const last = this.#blocks.at(-1);
    if (this.#open && last?.type === type) return last;
    await this.#close();
    const block: Block =
      type === "text" ? { type, text: "" } : { type, thinking: "", signature: "" };
    await this.#start(block, { ...block });
    return block;
  }

  async #start(block: Block, shown: Block): Promise<void> {
    await this.begin(0, 0);
    this.#blocks.push(block);
    this.#open = true;
    const index = this.#blocks.length - 1;
    await this.#send("content_block_start", { index, content_block: shown });
  }

  async #delta(delta: unknown): Promise<void> {
    await this.#send("content_block_delta", { index: this.#blocks.length - 1, delta });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#send("content_block_stop", { index: this.#blocks.length - 1 });
  }

  async #send(type: string, fields: object): Promise<void> {
    if (this.#options.isStream) await this.#call.openStream().send({ type, ...fields }, type);
  }

  #message(
    content: readonly Block[],
    stopReason: string | null,
    stopSequence: string | null,
    usage: object,
  ): object {
    return {
      id: this.#id,
      type: "message",
      role: "assistant",
      model: this.#options.model,
      content,
      stop_reason: stopReason,
      stop_sequence: stopSequence,
      usage,
    };
  }
}

/** What was in memory already counts apart, as Anthropic counts its cache. */
function toUsage({ promptTokens, reusedTokens, tokens }: Stats): object {
  return {
    input_tokens: promptTokens - reusedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: reusedTokens,
    output_tokens: tokens,
  };
}
