import { HearthError } from "../../../contract/errors.ts";
import type { HubFit } from "../../../contract/fit.ts";
import type { ModelMemory } from "../../../contract/models.ts";
import type { ModelPurpose } from "../../llama/InferenceBackend.ts";
import { fitMemory, type FitSituation } from "../fitMemory.ts";
import type { GgufHeader } from "../gguf/readGgufHeader.ts";
import { inspectHeaders } from "../inspectModel.ts";
import { purposeOf } from "../modelChoice.ts";
import type { HubQuantization } from "./quantizations.ts";
import { siblingMemory } from "./siblingMemory.ts";

export interface JudgeOptions {
  /** The quantizations of a repository. */
  readonly quantizations: readonly HubQuantization[];
  /** The one whose own header is read first; the usual one where null. */
  readonly wanted: string | null;
  readonly read: (quantization: HubQuantization) => Promise<readonly GgufHeader[]>;
  readonly situation: (purpose: ModelPurpose) => Promise<FitSituation>;
}

/** Headers that one look at a repository fetches: one is enough where all files are of one model. */
const mostHeaders = 3;
/** What most people take, and what a header is read of where nobody chose. */
const usual = ["Q4_K_M", "Q4_0", "Q5_K_M", "Q8_0"];

interface Known {
  readonly basis: HubFit["basis"];
  readonly memory: ModelMemory | null;
  readonly trainedTokens: number;
  readonly purpose: ModelPurpose;
}

/**
 * Judges each quantization of a repository: of one the header is read, the others follow from it where they
 * are of the same weights. For what does not follow a header of its own is read, up to some. What is left
 * has no fit here, and is judged by its size alone.
 *
 * @throws HearthError as `read` does for the first header, where the file itself is not at fault
 */
export async function judgeQuantizations(options: JudgeOptions): Promise<HubFit[]> {
  const known = new Map<string, Known>();
  const problems = new Map<string, HearthError>();
  const sources: { headers: readonly GgufHeader[]; known: Known }[] = [];
  let left = mostHeaders;
  for (const quantization of inOrder(options)) {
    const { key } = quantization;
    const sibling = firstSibling(sources, quantization);
    if (sibling) {
      known.set(key, sibling);
      continue;
    }
    if (left === 0) continue;
    left--;
    try {
      const headers = await options.read(quantization);
      const { kind, memory = null, contextLength } = inspectHeaders(key, headers);
      const { purpose } = purposeOf(kind);
      const own = { basis: "header", memory, trainedTokens: contextLength, purpose } as const;
      known.set(key, own);
      if (memory) sources.push({ headers, known: own });
    } catch (error) {
      if (!isOfFile(error)) {
        if (known.size === 0 && problems.size === 0) throw error;
        // What is known already is worth telling; the line may be gone for the rest.
        if (!(error instanceof HearthError) || error.code === "cancelled") throw error;
        left = 0;
        continue;
      }
      problems.set(key, error);
    }
  }
  const situations = new Map<ModelPurpose, FitSituation>();
  for (const { purpose } of known.values())
    if (!situations.has(purpose)) situations.set(purpose, await options.situation(purpose));
  return options.quantizations.map(({ key }): HubFit => {
    const facts = known.get(key);
    const situation = facts && situations.get(facts.purpose);
    const fit =
      facts?.memory && situation
        ? { ...fitMemory(facts.memory, facts.trainedTokens, situation), purpose: facts.purpose }
        : null;
    const basis = fit && facts ? facts.basis : "none";
    return { key, basis, fit, problem: problems.get(key)?.toData() ?? null };
  });
}

/** The one that was asked for, then the usual ones, then the rest by size. */
function inOrder({ quantizations, wanted }: JudgeOptions): HubQuantization[] {
  const rank = ({ key, quantization, files }: HubQuantization): number => {
    if (key === wanted) return -1;
    const at = usual.indexOf(quantization);
    return (at < 0 ? usual.length : at) + (files.length > 1 ? usual.length : 0);
  };
  return quantizations.toSorted((a, b) => rank(a) - rank(b));
}

function firstSibling(
  sources: readonly { headers: readonly GgufHeader[]; known: Known }[],
  quantization: HubQuantization,
): Known | null {
  for (const { headers, known } of sources) {
    const memory = siblingMemory(headers, quantization);
    if (memory) return { ...known, basis: "sibling", memory };
  }
  return null;
}

/** Whether what is wrong is the file, and not the way to it. */
function isOfFile(error: unknown): error is HearthError {
  return (
    error instanceof HearthError &&
    (error.code === "model-damaged" || error.code === "model-unsupported")
  );
}
