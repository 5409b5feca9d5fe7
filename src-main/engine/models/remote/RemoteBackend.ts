import { HearthError, isCancelled } from "../../../contract/errors.ts";
import type { ServerKind, ServerModel } from "../../../contract/servers.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import {
  idleActivity,
  type BackendActivity,
  type CallOptions,
  type ChatMessage,
  type EmbedResult,
  type GenerateEvent,
  type GenerateRequest,
  type InferenceBackend,
  type LoadedModelInfo,
  type ModelPurpose,
  type RankResult,
  type ToolDefinition,
} from "../../llama/InferenceBackend.ts";
import { Answer } from "./Answer.ts";
import { embedOn } from "./embedOn.ts";
import { estimateTokens, tokensAroundChat, tokensAroundMessage } from "./estimateTokens.ts";
import { Patience } from "./Patience.ts";
import { readChunk, type Chunk } from "./readChunk.ts";
import { EventStreamError, readEvents } from "./readEvents.ts";
import { canContinue, toRequestBody } from "./requestBody.ts";
import type { ServerClient, ServerRequest } from "./ServerClient.ts";
import {
  serverBrokeOff,
  serverNonsense,
  serverSilent,
  unsupportedByServer,
} from "./serverErrors.ts";
import { countChatOn, countOn } from "./serverTokenizer.ts";

/** How long silence is borne, milliseconds. */
export interface RemoteTimings {
  /** Until the first piece of an answer: a long prompt takes a small computer minutes. */
  readonly firstMs: number;
  /** Between two pieces. */
  readonly betweenMs: number;
  /** Behind the last piece, for the counts. */
  readonly endMs: number;
  /** For what is no answer: counting, embedding. */
  readonly replyMs: number;
}

export const usualTimings: RemoteTimings = {
  firstMs: 600_000,
  betweenMs: 90_000,
  endMs: 5000,
  replyMs: 60_000,
};

export interface RemoteBackendOptions {
  readonly client: ServerClient;
  /** Name of the server, as the user calls it. */
  readonly serverName: string;
  readonly kind: ServerKind;
  readonly model: ServerModel;
  readonly purpose: ModelPurpose;
  readonly counting: "server" | "estimate";
  readonly timings?: RemoteTimings;
}

/** Texts whose tokens are asked for at a time. */
const countAtATime = 4;

/** A model of a server that the user runs, behind the interface of a model of this computer. */
export class RemoteBackend implements InferenceBackend {
  readonly activity: BackendActivity = idleActivity;
  readonly #options: RemoteBackendOptions;
  readonly #timings: RemoteTimings;
  #counts: boolean;
  #embeddingSize = 0;

  constructor(options: RemoteBackendOptions) {
    this.#options = options;
    this.#timings = options.timings ?? usualTimings;
    this.#counts = options.counting === "server";
  }

  /** What is known of it; 0 and "" where a server does not say. */
  get info(): LoadedModelInfo {
    const { client, model, purpose } = this.#options;
    return {
      purpose,
      modelPath: "",
      name: model.name,
      architecture: "",
      description: model.name,
      parameters: 0,
      modelBytes: 0,
      contextTokens: model.contextTokens,
      trainContextTokens: model.contextTokens,
      embeddingSize: this.#embeddingSize,
      layers: 0,
      threads: 0,
      device: client.host,
      gpuLayers: 0,
      template: { source: "model", name: "model" },
      library: { version: "", folder: "", hashKnown: false },
      pid: 0,
      loadMs: 0,
      server: client.host,
    };
  }

  async *generate(
    request: GenerateRequest,
    { signal }: CallOptions = {},
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    this.#refuse(request);
    const { kind, model } = this.#options;
    const { path, body } = toRequestBody(request, { kind, model: model.name });
    const answer = new Answer({ request, ...this.#measure(request), echo: echoOf(request) });
    using patience = new Patience(signal);
    let response: EgressResponse | undefined;
    try {
      patience.restart(this.#timings.firstMs);
      response = await this.#open(path, body, {
        reason: this.#reason(request),
        signal: patience.signal,
        // Comments that keep the line open are no progress: patience watches over that.
        idleMs: this.#timings.firstMs,
        retry: true,
      });
      for await (const chunk of this.#chunks(response, answer)) {
        if (chunk.error !== null) throw this.#told(chunk.error, answer);
        const event = answer.take(chunk);
        if (event) yield event;
        if (answer.isCut) break;
        if (answer.isFinished) patience.restart(this.#timings.endMs);
        else if (chunk.text !== "" || chunk.reasoning !== "" || chunk.toolCalls.length > 0)
          patience.restart(this.#timings.betweenMs);
      }
      const rest = answer.rest();
      if (rest) yield rest;
      yield answer.end();
    } catch (error) {
      // The answer is whole; only its counts did not come in time.
      if (patience.isOver && answer.isFinished) {
        const rest = answer.rest();
        if (rest) yield rest;
        yield answer.end();
      } else if (signal?.aborted) yield answer.end("cancelled");
      else if (patience.isOver) throw this.#silent(answer);
      else throw error;
    } finally {
      // Also where nobody listens any more: the server stops when the line is closed.
      response?.cancel();
    }
  }

  async countTokens(texts: readonly string[], { signal }: CallOptions = {}): Promise<number[]> {
    const counts: number[] = [];
    for (let at = 0; at < texts.length; at += countAtATime) {
      const some = texts.slice(at, at + countAtATime);
      counts.push(
        ...(await Promise.all(
          some.map(async (text) =>
            text === ""
              ? 0
              : ((await this.#askCount(signal, (server, request) =>
                  countOn(this.#options.client, server, text, request),
                )) ?? estimateTokens(text)),
          ),
        )),
      );
    }
    return counts;
  }

  async countChatTokens(
    messages: readonly ChatMessage[],
    { signal, tools = [] }: CallOptions & { readonly tools?: readonly ToolDefinition[] } = {},
  ): Promise<number> {
    const counted = await this.#askCount(signal, (server, request) =>
      countChatOn(this.#options.client, server, messages, tools, request),
    );
    return counted ?? estimateChat(messages, tools);
  }

  async embed(texts: readonly string[], { signal }: CallOptions = {}): Promise<EmbedResult> {
    const { client, model, serverName } = this.#options;
    if (model.embeddings === "no") throw this.#unsupported("It offers no embeddings.");
    const result = await embedOn(client, model, texts, {
      reason: `Embedding with ${model.name} on your server ${serverName}`,
      signal,
      idleMs: this.#timings.replyMs,
      retry: true,
    });
    this.#embeddingSize = result.vectors[0]?.length ?? this.#embeddingSize;
    return result;
  }

  async rank(): Promise<RankResult> {
    throw this.#unsupported("Passages are ranked on this computer only.");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held between two calls.
  }

  /** Some servers do not know how to send their counts with a stream. */
  async #open(
    path: string,
    body: Record<string, unknown>,
    request: ServerRequest,
  ): Promise<EgressResponse> {
    const { client } = this.#options;
    try {
      return await client.open(path, request, body);
    } catch (error) {
      const isThat =
        error instanceof HearthError &&
        error.code === "bad-input" &&
        error.reason.includes("stream_options");
      if (!isThat) throw error;
      const { stream_options: _counts, ...others } = body;
      return await client.open(path, request, others);
    }
  }

  async *#chunks(response: EgressResponse, answer: Answer): AsyncGenerator<Chunk, void, undefined> {
    const { host } = this.#options.client;
    const type = response.headers.get("content-type") ?? "";
    if (/html/iu.test(type)) throw serverNonsense(host, "It sent a web page.");
    // Without a mark of its own the whole answer comes at once, although a stream was asked for.
    const events = /application\/json/iu.test(type)
      ? wholeText(response)
      : readEvents(response.body());
    for await (const data of this.#telling(events)) {
      if (data.trim() === "[DONE]") return;
      if (data.trim() !== "") yield this.#read(data);
    }
    if (answer.isFinished) return;
    throw answer.hasBegun
      ? serverBrokeOff(host, "The line ended before the answer did.")
      : serverNonsense(host, "The answer was empty.");
  }

  /** The same events; a line that fails is told in words of its own. */
  async *#telling(events: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
    const { host } = this.#options.client;
    try {
      yield* events;
    } catch (error) {
      if (error instanceof EventStreamError) throw serverNonsense(host, error.message);
      if (!(error instanceof HearthError) || error.code !== "unavailable") throw error;
      throw serverBrokeOff(host, error.reason);
    }
  }

  #read(data: string): Chunk {
    const chunk = readChunk(data);
    if (chunk) return chunk;
    const shown = data.slice(0, 80).replace(/\s+/gu, " ");
    throw serverNonsense(this.#options.client.host, `In the stream of its answer stood: ${shown}`);
  }

  async #askCount(
    signal: AbortSignal | undefined,
    ask: (
      server: { kind: ServerKind; model: string },
      request: ServerRequest,
    ) => Promise<number | null>,
  ): Promise<number | null> {
    if (!this.#counts) return null;
    const { kind, model, serverName } = this.#options;
    const reason = `Counting tokens with ${model.name} on your server ${serverName}`;
    try {
      return await ask(
        { kind, model: model.name },
        { reason, signal, idleMs: this.#timings.replyMs },
      );
    } catch (error) {
      if (isCancelled(error) || signal?.aborted || !(error instanceof HearthError)) throw error;
      // Its answer, or the lack of one, will say what is wrong; counts are estimated from here on.
      this.#counts = false;
      return null;
    }
  }

  #measure({ prompt }: GenerateRequest): {
    contextTokens: number;
    promptEstimate: number;
    promptBytes: number;
  } {
    const { contextTokens } = this.#options.model;
    const text =
      prompt.kind === "text" ? prompt.text : JSON.stringify([prompt.messages, prompt.tools ?? []]);
    return {
      contextTokens,
      promptBytes: Buffer.byteLength(text),
      promptEstimate:
        prompt.kind === "text"
          ? estimateTokens(text)
          : estimateChat(prompt.messages, prompt.tools ?? []),
    };
  }

  #refuse({ grammar, ignoreEos, logprobs, prompt }: GenerateRequest): void {
    const { kind } = this.#options;
    if (grammar !== undefined && kind !== "llama-server") {
      throw this.#unsupported("It cannot be held to a grammar, which a forced format needs.");
    }
    if (ignoreEos) throw this.#unsupported("Models of servers are not measured.");
    if (logprobs !== undefined) throw this.#unsupported("It is not asked for probabilities.");
    if (prompt.kind === "chat" && prompt.continueLast && !canContinue(kind)) {
      throw this.#unsupported(
        "It cannot go on with an answer that was cut off; ask for another one.",
      );
    }
  }

  #reason({ documents }: GenerateRequest): string {
    const { model, serverName } = this.#options;
    const reason = `Answer by ${model.name} on your server ${serverName}`;
    if (!documents || documents.passages === 0) return reason;
    const { passages, characters } = documents;
    const what = passages === 1 ? "1 passage" : `${passages} passages`;
    return `${reason}, with ${what} of your documents (${characters} characters)`;
  }

  #told(said: string, answer: Answer): HearthError {
    const { host } = this.#options.client;
    return answer.hasBegun
      ? serverBrokeOff(host, `It said: ${said}`)
      : serverNonsense(host, `Instead of an answer it said: ${said}`);
  }

  #silent(answer: Answer): HearthError {
    const { firstMs, betweenMs } = this.#timings;
    const ms = answer.hasBegun ? betweenMs : firstMs;
    const doing = answer.hasBegun ? "go on with its answer" : "begin to answer";
    return serverSilent(this.#options.client.host, Math.round(ms / 100) / 10, doing);
  }

  #unsupported(what: string): HearthError {
    return unsupportedByServer(this.#options.client.host, what);
  }
}

/** What is gone on with: some servers send it again before what is new. */
function echoOf({ prompt }: GenerateRequest): string {
  return prompt.kind === "chat" && prompt.continueLast
    ? (prompt.messages.at(-1)?.content ?? "")
    : "";
}

async function* wholeText(response: EgressResponse): AsyncGenerator<string, void, undefined> {
  yield await response.text();
}

function estimateChat(messages: readonly ChatMessage[], tools: readonly ToolDefinition[]): number {
  const parts = messages.map(
    ({ content, toolCalls = [] }) =>
      tokensAroundMessage +
      estimateTokens(content) +
      (toolCalls.length > 0 ? estimateTokens(JSON.stringify(toolCalls)) : 0),
  );
  const ofTools = tools.length > 0 ? estimateTokens(JSON.stringify(tools)) : 0;
  return parts.reduce((sum, part) => sum + part, tokensAroundChat + ofTools);
}
