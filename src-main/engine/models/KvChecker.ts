import type { KvType } from "../../contract/devices.ts";
import type { KvVerdict, Model } from "../../contract/models.ts";
import type { ChildAnswer, ChildQuestion, ModelPlace } from "../llama/child/protocol.ts";
import { locateLibraries } from "../llama/locateLibraries.ts";
import { canPack } from "./estimateMemory.ts";
import type { KvVerdicts } from "./KvVerdicts.ts";

export interface KvCheckerOptions {
  readonly verdicts: KvVerdicts;
  readonly threads: () => number;
  readonly ask: (
    question: ChildQuestion,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ) => Promise<ChildAnswer>;
}

const smallerTypes: readonly KvType[] = ["q8_0", "q4_0"];

/**
 * Finds out which smaller KV types a model bears, and remembers it for its file. It computes on the
 * processor, where there is room for it whatever else is loaded; the loss is in the types, not in what
 * computes with them.
 */
export class KvChecker {
  readonly #options: KvCheckerOptions;

  constructor(options: KvCheckerOptions) {
    this.#options = options;
  }

  /** What is on record. */
  get(model: Model): Promise<KvVerdict[]> {
    return this.#options.verdicts.get(model);
  }

  /** The smaller types that a model has been shown to bear. */
  async passed(model: Model): Promise<KvType[]> {
    return (await this.get(model)).filter(({ passed }) => passed).map(({ kvType }) => kvType);
  }

  /** Compares, and records. @throws HearthError as loading does, `cancelled` */
  async check(
    model: Model,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void = () => {},
  ): Promise<KvVerdict[]> {
    const { verdicts, threads, ask } = this.#options;
    const types = smallerTypes.filter((kvType) => canPack(model.memory, kvType));
    let measured: readonly KvVerdict[] = [];
    if (types.length > 0) {
      const library = locateLibraries({ device: "cpu" });
      const options: ModelPlace = {
        modelPath: model.path,
        libraryFolder: library.folder,
        libraryPlatform: library.platform,
        threads: threads(),
        gpuLayers: 0,
      };
      const answer = await ask({ kind: "kvTypes", types, options }, signal, onProgress);
      if (answer.kind === "kvTypes") measured = answer.verdicts;
    }
    const all = smallerTypes.map(
      (kvType) => measured.find((verdict) => verdict.kvType === kvType) ?? notPossible(kvType),
    );
    await verdicts.set(model, all);
    return all;
  }
}

function notPossible(kvType: KvType): KvVerdict {
  return {
    kvType,
    passed: false,
    agreement: 0,
    meanDivergence: 0,
    perplexityRatio: 1,
    tokens: 0,
    problem: "The rows of this model's cache cannot be packed in blocks of 32.",
  };
}
