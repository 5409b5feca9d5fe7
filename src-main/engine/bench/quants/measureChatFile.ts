import type { QuantRow } from "../../../contract/quantBench.ts";
import type { InferenceBackend } from "../../llama/InferenceBackend.ts";
import {
  measureDecode,
  measureFirstToken,
  measurePrefill,
  type MeasureOptions,
} from "../measure.ts";
import { median } from "../median.ts";

/** A step of a chat in full, so that all its buffers are used before memory is looked at. */
const warmUpTokens = 700;
const promptTokens = 512;
const writtenTokens = 128;
const questionWords = 64;
/** Room that a prompt leaves in a small context. */
const spareTokens = 16;

export type ChatSpeed = Pick<
  QuantRow,
  "promptTokens" | "prefill" | "writtenTokens" | "decode" | "firstTokenMs"
>;

/** Repetitions of three tests, and one step to warm up. */
export function chatSpeedSteps(repeats: number): number {
  return 3 * repeats + 1;
}

/** How fast a loaded file reads, writes and begins to answer. @throws HearthError as measuring does */
export async function measureChatFile(
  backend: InferenceBackend,
  options: {
    readonly repeats: number;
    readonly nextSeed: () => number;
    readonly onStep: (done: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<ChatSpeed> {
  const { repeats, nextSeed, onStep, signal } = options;
  const room = backend.info.contextTokens - spareTokens;
  const within = (tokens: number): number => Math.max(1, Math.min(tokens, room));
  let done = 0;
  const once = async (
    measure: (options: MeasureOptions) => Promise<number>,
    tokens: number,
  ): Promise<number> => {
    const value = await measure({ backend, tokens, signal, seed: nextSeed(), onTokens: () => {} });
    onStep(++done);
    return value;
  };
  const repeated = async (
    measure: (options: MeasureOptions) => Promise<number>,
    tokens: number,
  ): Promise<{ median: number; samples: number[] }> => {
    const samples: number[] = [];
    for (let n = 0; n < repeats; n++) samples.push(await once(measure, tokens));
    return { median: median(samples), samples };
  };
  await once(measurePrefill, within(warmUpTokens));
  return {
    promptTokens: within(promptTokens),
    prefill: await repeated(measurePrefill, within(promptTokens)),
    writtenTokens: within(writtenTokens),
    decode: await repeated(measureDecode, within(writtenTokens)),
    firstTokenMs: await repeated(measureFirstToken, questionWords),
  };
}
