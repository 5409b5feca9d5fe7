import type { z } from "zod";
import { HearthError } from "../../contract/errors.ts";
import {
  inferenceSamplingSchema,
  type GenerateItem,
  type generateResultSchema,
  type inferenceRoutes,
  type InferenceSampling,
} from "../../contract/inference.ts";
import type { ParsedInputOf } from "../../contract/defineRoute.ts";
import type { Model } from "../../contract/models.ts";
import { withoutUndefined } from "../core/withoutUndefined.ts";
import { anyObjectGrammar, jsonSchemaToGrammar } from "../llama/grammar/jsonSchemaToGrammar.ts";
import type {
  ChosenLogprob,
  GeneratePrompt,
  GenerateRequest,
  InferenceBackend,
  SamplingOptions,
} from "../llama/InferenceBackend.ts";
import { toolCallGrammar } from "../llama/tools/toolCallGrammar.ts";
import { ToolCallReader } from "../llama/tools/ToolCallReader.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import { toPromptEvent, toStats } from "./generateTurn.ts";
import { ReasoningSplitter } from "../llama/ReasoningSplitter.ts";

type Input = ParsedInputOf<(typeof inferenceRoutes)["generate.run"]>;
type Result = z.infer<typeof generateResultSchema>;

/** Streams one answer that is not kept. Calls of tools come as items of their own. */
export async function runGeneration(
  models: Pick<ModelManager, "find" | "use">,
  input: Input,
  emit: (item: GenerateItem) => void,
  signal: AbortSignal,
): Promise<Result> {
  const model = models.find("chat", input.modelId);
  // Before the model is loaded: what cannot be done is said at once.
  const request = toRequest(input);
  return await models.use(
    model,
    "chat",
    (backend) => stream(backend, model, request, input, emit, signal),
    signal,
  );
}

async function stream(
  backend: InferenceBackend,
  model: Model,
  request: GenerateRequest,
  input: Input,
  emit: (item: GenerateItem) => void,
  signal: AbortSignal,
): Promise<Result> {
  const offered = offeredTools(input);
  const reader = offered.length > 0 ? new ToolCallReader(offered.map(({ name }) => name)) : null;
  let splitter = input.separateReasoning ? new ReasoningSplitter(beginningOf(input)) : null;

  const show = (
    text: string,
    reasoning: string,
    logprobs: readonly ChosenLogprob[] | undefined,
    ended = false,
  ): void => {
    const read = reader?.push(text) ?? { text, calls: [] };
    const last = ended ? reader?.end() : undefined;
    const shown = read.text + (last?.text ?? "");
    if (shown !== "" || reasoning !== "" || logprobs !== undefined) {
      emit({
        type: "delta",
        text: shown,
        ...(reasoning === "" ? {} : { reasoning }),
        ...(logprobs === undefined ? {} : { logprobs: logprobs.map(toLogprob) }),
      });
    }
    for (const call of [...read.calls, ...(last?.calls ?? [])]) {
      emit({ type: "toolCall", call });
    }
  };

  for await (const event of backend.generate(request, { signal, priority: "chat" })) {
    switch (event.type) {
      case "queued":
        emit({ type: "queued", place: event.place });
        break;
      case "prompt":
        // Told before the first piece of text.
        if (event.opensThought && splitter) splitter = new ReasoningSplitter("behindMark");
        emit(toPromptEvent(event));
        break;
      case "text": {
        const split = splitter?.push(event.text) ?? { text: event.text, reasoning: "" };
        show(split.text, split.reasoning, event.logprobs);
        break;
      }
      case "end": {
        const rest = splitter?.end() ?? { text: "", reasoning: "" };
        show(rest.text, rest.reasoning, undefined, true);
        return {
          reason: event.reason,
          stopString: event.stopString ?? null,
          stats: { ...toStats(event, backend, model), threads: backend.info.threads },
        };
      }
    }
  }
  throw new HearthError({
    code: "model-died",
    title: "The model stopped in the middle of its answer.",
    suggestion: "Try again.",
  });
}

/** @throws HearthError `bad-input` where a schema cannot be kept or a chosen tool is not there */
export function toRequest(input: Input): GenerateRequest {
  const sampling = inferenceSamplingSchema.parse(withoutUndefined(input.sampling ?? {}));
  const grammar = grammarOf(input);
  return {
    prompt: toPrompt(input),
    ...(sampling.maxTokens === null ? {} : { maxTokens: sampling.maxTokens }),
    sampling: toSamplingOptions(sampling),
    ...(input.stop ? { stop: input.stop } : {}),
    ignoreEos: input.ignoreEos,
    ...(input.guessAhead === undefined ? {} : { guessAhead: input.guessAhead }),
    ...(grammar === undefined ? {} : { grammar }),
    ...(input.logprobs === undefined ? {} : { logprobs: input.logprobs }),
  };
}

function toPrompt({
  prompt,
  messages = [],
  tools,
  continueLast,
  toolChoice,
}: Input): GeneratePrompt {
  if (prompt !== undefined) return { kind: "text", text: prompt, parseSpecial: true };
  const shown = toolChoice === "none" ? undefined : tools;
  return {
    kind: "chat",
    messages: messages.map((message) => withoutUndefined(message)),
    ...(continueLast ? { continueLast } : {}),
    ...(shown && shown.length > 0 ? { tools: shown.map((tool) => withoutUndefined(tool)) } : {}),
  };
}

function grammarOf(input: Input): string | undefined {
  const { toolChoice, responseFormat } = input;
  if (toolChoice === "required" || typeof toolChoice === "object") {
    if (responseFormat) throw badInput("An answer cannot be a tool's call and have a format too.");
    return toolCallGrammar(offeredTools(input).map((tool) => withoutUndefined(tool)));
  }
  switch (responseFormat?.type) {
    case "json":
      return anyObjectGrammar();
    case "json-schema":
      return jsonSchemaToGrammar(responseFormat.schema);
    case "grammar":
      return responseFormat.grammar;
    case undefined:
      return undefined;
  }
}

/** The tools that the model may ask for. */
function offeredTools({
  tools = [],
  toolChoice,
  responseFormat,
}: Input): NonNullable<Input["tools"]> {
  if (typeof toolChoice === "object") {
    const chosen = tools.filter(({ name }) => name === toolChoice.name);
    if (chosen.length === 0) throw badInput(`There is no tool “${toolChoice.name}”.`);
    return chosen;
  }
  if (toolChoice === "required" && tools.length === 0) throw badInput("There are no tools.");
  // What has to follow a grammar of the caller's own is theirs to read.
  return toolChoice === "none" || responseFormat ? [] : tools;
}

function toSamplingOptions(sampling: InferenceSampling): SamplingOptions {
  const { temperature, topK, topP, minP, repeatPenalty, seed } = sampling;
  const { frequencyPenalty, presencePenalty } = sampling;
  return {
    temperature,
    topK,
    topP,
    minP,
    repeatPenalty,
    frequencyPenalty,
    presencePenalty,
    ...(seed === null ? {} : { seed }),
  };
}

function beginningOf({ continueLast, messages }: Input): "anew" | "inAnswer" {
  return continueLast && messages?.at(-1)?.content !== "" ? "inAnswer" : "anew";
}

function toLogprob({ text, bytes, logprob, top }: ChosenLogprob): {
  text: string;
  bytes: number[];
  logprob: number;
  top: { text: string; bytes: number[]; logprob: number }[];
} {
  return {
    text,
    bytes: [...bytes],
    logprob,
    top: top.map((token) => ({
      text: token.text,
      bytes: [...token.bytes],
      logprob: token.logprob,
    })),
  };
}

function badInput(title: string): HearthError {
  return new HearthError({ code: "bad-input", title, suggestion: "Correct the request." });
}
