import type { BenchEngine } from "./BenchEngine.ts";
import type { LlamaTools } from "./llama/llamaTools.ts";
import type { VariantLog } from "./llama/loadedVariant.ts";

/** What a row's ratio, ours ÷ theirs, has to be. */
export type Reach =
  | { kind: "at-least"; value: number }
  | { kind: "at-most"; value: number }
  /** No further than `value` from the ratio of another row. */
  | { kind: "within"; value: number; of: string };

/** What rows measure with. */
export interface Bench {
  readonly tools: LlamaTools;
  readonly engine: BenchEngine;
  /** The GGUF files that both sides load. */
  readonly chatModel: string;
  readonly embeddingModel: string;
  /** Threads of both sides: what Hearth's model process uses. */
  readonly threads: number;
  readonly variants: VariantLog;
  /** How often each row is measured. */
  readonly pairs: number;
  /** Says what is going on, on a line that replaces itself. */
  progress(line: string): void;
}

/** A row that is set up: each call measures once. */
export interface OpenRow extends AsyncDisposable {
  ours(): Promise<number>;
  theirs(): Promise<number>;
  /** What else was counted, for people; asked at the end. */
  notes?(): string;
}

/** One line of the comparison. */
export interface Row {
  /** Its word for `--rows`. */
  readonly key: string;
  readonly name: string;
  /** What `ours` and `theirs` are measured in. */
  readonly unit: string;
  readonly reach: Reach;
  /** Theirs is always measured first where ours builds on it; otherwise the sides take turns. */
  readonly order?: "theirs-first";
  open(bench: Bench): Promise<OpenRow>;
}

/** For rows that have nothing to put away. */
export const nothingToDispose = async (): Promise<void> => {};
