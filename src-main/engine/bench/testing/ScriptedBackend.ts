import {
  idleActivity,
  type BackendActivity,
  type EmbedResult,
  type GenerateEvent,
  type GenerateRequest,
  type InferenceBackend,
  type LoadedModelInfo,
} from "../../llama/InferenceBackend.ts";

/** A small chat model on the processor. */
export const scriptedInfo: LoadedModelInfo = {
  purpose: "chat",
  modelPath: "small.gguf",
  name: "Small",
  architecture: "llama",
  description: "llama 135M Q4_1",
  parameters: 135e6,
  modelBytes: 98e6,
  contextTokens: 2048,
  trainContextTokens: 2048,
  embeddingSize: 576,
  layers: 30,
  threads: 2,
  device: "cpu",
  gpuLayers: 0,
  template: { source: "model", name: "model" },
  library: { version: "b1", folder: "", hashKnown: true },
  pid: 1,
  loadMs: 1,
};

/** Reads 100 tokens in each step of 10 ms by its own clock, and writes one token in each of 2 ms. */
export class ScriptedBackend implements InferenceBackend {
  readonly info: LoadedModelInfo = scriptedInfo;
  activity: BackendActivity = idleActivity;
  readonly requests: GenerateRequest[] = [];
  running = 0;
  mostAtOnce = 0;
  /** Called before each token; what it throws the request ends with. */
  onToken: (request: GenerateRequest) => void = () => {};

  async *generate(
    request: GenerateRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<GenerateEvent> {
    this.requests.push(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      const text = request.prompt.kind === "text" ? request.prompt.text : "";
      const promptTokens = text.split(" ").length + 1;
      const tokens = request.maxTokens ?? 0;
      yield { type: "prompt", evaluatedTokens: 0, reusedTokens: 1, totalTokens: promptTokens };
      yield {
        type: "prompt",
        evaluatedTokens: promptTokens - 1,
        reusedTokens: 1,
        totalTokens: promptTokens,
      };
      const end = {
        type: "end",
        promptTokens,
        reusedTokens: 1,
        firstTokenMs: (promptTokens - 1) / 10,
        tokensPerSecond: 500,
      } as const;
      for (let n = 0; n < tokens; n++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (signal?.aborted) {
          yield { ...end, reason: "cancelled", tokens: n };
          return;
        }
        this.onToken(request);
        yield { type: "text", text: " x", tokens: 1 };
      }
      yield { ...end, reason: "length", tokens };
    } finally {
      this.running--;
    }
  }

  countTokens = async (texts: readonly string[]): Promise<number[]> =>
    texts.map((text) => text.split(" ").length);
  countChatTokens = async (): Promise<number> => 0;
  rank = async (): Promise<never> => {
    throw new Error("Not part of these tests.");
  };
  embedTexts: (texts: readonly string[]) => Float32Array[] = () => {
    throw new Error("Not part of these tests.");
  };
  embed = async (texts: readonly string[]): Promise<EmbedResult> => ({
    vectors: this.embedTexts(texts),
    truncatedTexts: 0,
    tokens: texts.length,
  });
  [Symbol.asyncDispose] = async (): Promise<void> => {};
}
