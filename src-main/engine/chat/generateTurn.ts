import type { Chat, ChatEvent, GenerationStats, Message, Sampling } from "../../contract/chat.ts";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import type { Model } from "../../contract/models.ts";
import type {
  ChatMessage,
  GenerateEvent,
  InferenceBackend,
  SamplingOptions,
} from "../llama/InferenceBackend.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import { checkDocumentsAllowed } from "../models/remote/documentsGate.ts";
import { answerRoom } from "../rag/budget.ts";
import { fitHistory } from "./fitHistory.ts";
import { ReasoningSplitter } from "../llama/ReasoningSplitter.ts";
import type { TurnRecorder } from "./TurnRecorder.ts";

export interface Turn {
  chat: Chat;
  /** From the root to the question. */
  path: readonly Message[];
  /** The answer to go on with, where it is not a new one. */
  continued?: Message;
  recorder: TurnRecorder;
  emit: (event: ChatEvent) => void;
  signal: AbortSignal;
}

/** Streams an answer of the model alone, without documents. */
export async function generateTurn(
  { models }: { models: ModelManager },
  { chat, path, continued, recorder, emit, signal }: Turn,
): Promise<void> {
  const model = models.find("chat", chat.modelId);
  if (path.some(quotesDocuments)) checkDocumentsAllowed(model);
  if (model.server) emit({ type: "step", name: "server" });
  else if (models.state.get().loaded.every((loaded) => loaded.modelId !== model.id)) {
    emit({ type: "step", name: "loading" });
  }
  await models.use(
    model,
    "chat",
    async (backend) => {
      const history = toHistory(path);
      if (continued) history.push({ role: "assistant", content: asGenerated(continued) });
      const reserve = answerRoom(backend.info.contextTokens, chat.sampling.maxTokens);
      const fitted = await fitHistory(
        chat.systemPrompt,
        history,
        backend.info.contextTokens - reserve,
        (messages) => backend.countChatTokens(messages, { signal }),
      );
      if (!fitted) throw messageTooLong(backend.info.contextTokens - reserve);
      recorder.set({ droppedMessages: fitted.dropped });
      if (fitted.dropped > 0) emit({ type: "notice", droppedMessages: fitted.dropped });
      const begins = continued ? placeIn(continued) : "anew";
      let splitter = new ReasoningSplitter(begins);
      const push = ({ text, reasoning }: { text: string; reasoning: string }): void => {
        if (text === "" && reasoning === "") return;
        recorder.append(text, reasoning);
        emit({ type: "delta", text, reasoning });
      };
      const events = backend.generate(
        {
          prompt: {
            kind: "chat",
            messages: fitted.messages,
            ...(continued ? { continueLast: true } : {}),
          },
          maxTokens: chat.sampling.maxTokens,
          sampling: toSampling(chat.sampling),
        },
        { signal, priority: "chat" },
      );
      for await (const event of events) {
        if (event.type === "text") push(splitter.push(event.text));
        else if (event.type === "prompt") {
          // Told before the first piece of text.
          if (event.opensThought && begins === "anew")
            splitter = new ReasoningSplitter("behindMark");
          emit(toPromptEvent(event));
        } else if (event.type === "queued") emit(event);
        else {
          push(splitter.end());
          recorder.set({ stats: toStats(event, backend, model) });
          if (event.reason === "cancelled") throw cancelledError();
          if (event.reason !== "stop") recorder.set({ status: "length" });
        }
      }
    },
    signal,
  );
}

/** What Hearth answered from documents holds their words, and would go with the history. */
function quotesDocuments({ grounding }: Message): boolean {
  return grounding !== undefined && grounding.citations.length > 0;
}

/** The messages as a model is shown them: without reasoning, and without answers that never came. */
export function toHistory(path: readonly Message[]): ChatMessage[] {
  return path
    .filter((message) => message.role === "user" || message.text.trim() !== "")
    .map(({ role, text }) => ({ role, content: text }));
}

function asGenerated(message: Message): string {
  if (message.reasoning === "") return message.text;
  if (message.text === "") return `<think>\n${message.reasoning}`;
  return `<think>\n${message.reasoning}\n</think>\n\n${message.text}`;
}

function placeIn(message: Message): "anew" | "inThought" | "inAnswer" {
  if (message.text !== "") return "inAnswer";
  return message.reasoning === "" ? "anew" : "inThought";
}

export function toSampling(sampling: Sampling): SamplingOptions {
  const { temperature, topK, topP, minP, repeatPenalty, seed } = sampling;
  return { temperature, topK, topP, minP, repeatPenalty, ...(seed === null ? {} : { seed }) };
}

export function toPromptEvent(event: Extract<GenerateEvent, { type: "prompt" }>): {
  type: "prompt";
  done: number;
  total: number;
} {
  return {
    type: "prompt",
    done: event.evaluatedTokens + event.reusedTokens,
    total: event.totalTokens,
  };
}

export function toStats(
  end: Extract<GenerateEvent, { type: "end" }>,
  backend: InferenceBackend,
  model: Model,
): GenerationStats {
  return {
    promptTokens: end.promptTokens,
    reusedTokens: end.reusedTokens,
    tokens: end.tokens,
    firstTokenMs: end.firstTokenMs ?? 0,
    tokensPerSecond: end.tokensPerSecond ?? 0,
    contextTokens: backend.info.contextTokens,
    model: model.name,
    quantization: model.quantization,
    ...(model.server ? { server: model.server.host } : {}),
    ...(end.countsEstimated ? { countsEstimated: true } : {}),
  };
}

function messageTooLong(budget: number): HearthError {
  return new HearthError({
    code: "context-full",
    title: "The message is too long for this model's context.",
    cause: `With the system prompt it does not fit into the ${budget} tokens that the prompt may fill.`,
    suggestion:
      "Shorten the message, attach the text as a document instead, or raise the context size in Settings.",
  });
}
