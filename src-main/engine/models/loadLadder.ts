import type { KvType } from "../../contract/devices.ts";
import { HearthError, toErrorData, type ErrorCode, type ErrorData } from "../../contract/errors.ts";
import type { LoadStep } from "../../contract/models.ts";
import { processorTarget, type LoadTarget } from "./chooseTarget.ts";

/** How a model is loaded: what can be given up, so that it loads at all. */
export interface LoadShape {
  readonly target: LoadTarget;
  /** Null for an embedding model: its texts have the size that they have. */
  readonly contextTokens: number | null;
  readonly kvType: KvType;
}

/** Below this a chat hardly holds a document and its question. */
export const leastContextTokens = 2048;
/** Each try on a graphics device keeps this share of the layers there. */
const layerShare = 0.6;
const leastLayerShare = 0.2;

/** What loading ran out of memory for. Cache and work space come after the weights. */
export type LoadStage = "weights" | "context";

export interface LadderOptions<T> {
  readonly first: LoadShape;
  /** Layers of the model, 0 if unknown. */
  readonly layers: number;
  /** Whether the cache may be kept in a smaller type; asked only when it would help. */
  readonly allowsKv: (kvType: KvType) => Promise<boolean>;
  /** Why a shape is known beforehand to have no room, or null. The smallest one is tried all the same. */
  readonly predict: (shape: LoadShape) => string | null;
  readonly start: (shape: LoadShape, onProgress: (fraction: number) => void) => Promise<T>;
  readonly onProgress: (fraction: number) => void;
  /** Told of each concession as it is made. */
  readonly onStep: (steps: readonly LoadStep[]) => void;
}

export interface LadderResult<T> {
  readonly result: T;
  readonly shape: LoadShape;
  readonly steps: readonly LoadStep[];
}

/**
 * Loads a model, giving up a little at a time when memory runs out: a smaller context, a smaller KV
 * type, fewer layers on the graphics device, and at last the processor, with all that was asked for
 * at first. A device that fails in another way leads to the processor too. Other failures end it.
 *
 * @throws HearthError the last failure; `out-of-memory` names what was tried
 */
export async function climbDown<T>(options: LadderOptions<T>): Promise<LadderResult<T>> {
  const { first, onStep } = options;
  let shape = first;
  const steps: LoadStep[] = [];
  const give = (
    next: { shape: LoadShape; step: Omit<LoadStep, "reason"> },
    reason: string,
  ): void => {
    shape = next.shape;
    steps.push({ ...next.step, reason });
    onStep([...steps]);
  };
  for (;;) {
    const predicted = options.predict(shape);
    const smaller = predicted === null ? null : await nextShape(shape, "context", options, false);
    if (predicted !== null && smaller !== null) {
      give(smaller, predicted);
      continue;
    }
    let fraction = 0;
    try {
      const result = await options.start(shape, (value) => {
        fraction = value;
        options.onProgress(value);
      });
      return { result, shape, steps };
    } catch (error) {
      const data = toErrorData(error);
      const next = await afterFailure(shape, data, fraction >= 1 ? "context" : "weights", options);
      if (next === null) throw steps.length > 0 ? withSteps(error, data, steps) : error;
      give(next, reasonOf(data));
    }
  }
}

/** Failures that a processor may not have: of the driver, the device, or its package. */
const deviceFailures: ReadonlySet<ErrorCode> = new Set([
  "library-mismatch",
  "model-died",
  "model-load-failed",
  "timed-out",
  "internal",
]);

async function afterFailure<T>(
  shape: LoadShape,
  { code }: ErrorData,
  stage: LoadStage,
  options: LadderOptions<T>,
): Promise<Next | null> {
  if (code === "out-of-memory") return await nextShape(shape, stage, options, true);
  return deviceFailures.has(code) && shape.target.backend !== "cpu"
    ? toProcessor(shape, options.first)
    : null;
}

interface Next {
  readonly shape: LoadShape;
  readonly step: Omit<LoadStep, "reason">;
}

async function nextShape<T>(
  shape: LoadShape,
  stage: LoadStage,
  options: LadderOptions<T>,
  mayMove: boolean,
): Promise<Next | null> {
  const { contextTokens, kvType, target } = shape;
  if (stage === "context" && contextTokens !== null) {
    if (contextTokens > leastContextTokens) {
      const less = Math.max(leastContextTokens, Math.floor(contextTokens / 2));
      return {
        shape: { ...shape, contextTokens: less },
        step: { change: "context", from: String(contextTokens), to: String(less) },
      };
    }
    if (kvType === "f16" && (await options.allowsKv("q8_0"))) {
      return {
        shape: { ...shape, kvType: "q8_0" },
        step: { change: "kv-type", from: kvType, to: "q8_0" },
      };
    }
  }
  if (!mayMove || target.backend === "cpu") return null;
  const all = options.layers + 1;
  const now = target.gpuLayers < 0 ? all : Math.min(target.gpuLayers, all);
  const fewer = Math.floor(now * layerShare);
  if (options.layers > 0 && fewer >= Math.max(1, all * leastLayerShare)) {
    return {
      shape: { ...shape, target: { ...target, gpuLayers: fewer } },
      step: { change: "gpu-layers", from: String(now), to: String(fewer) },
    };
  }
  return toProcessor(shape, options.first);
}

/** The processor has other memory, so what was given up for the device's is asked for again. */
function toProcessor({ target }: LoadShape, first: LoadShape): Next {
  return {
    shape: { ...first, target: processorTarget },
    step: { change: "device", from: target.deviceName ?? target.backend, to: "cpu" },
  };
}

function reasonOf({ title, cause }: ErrorData): string {
  return `${title} ${cause}`.trim();
}

function withSteps(error: unknown, data: ErrorData, steps: readonly LoadStep[]): HearthError {
  const tried = steps.map(({ change, to }) => triedWords[change](to)).join(", ");
  return new HearthError(
    { ...data, cause: `${data.cause} Hearth also tried ${tried}.`.trim() },
    { cause: error },
  );
}

const triedWords: Readonly<Record<LoadStep["change"], (to: string) => string>> = {
  context: (to) => `a context of ${to} tokens`,
  "kv-type": (to) => `a cache in ${to}`,
  "gpu-layers": (to) => `${to} layers on the graphics device`,
  device: () => "the processor",
};
