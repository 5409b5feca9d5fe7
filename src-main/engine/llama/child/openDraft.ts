import type { DraftRefusal } from "../../../contract/models.ts";
import { draftBatchTokens, mostDraftShare } from "../draftFit.ts";
import type { LoadedDraft } from "../InferenceBackend.ts";
import { isDivisible } from "./createContext.ts";
import type { Libllama } from "./libllama.ts";
import { LlamaContext } from "./LlamaContext.ts";
import { loadModel } from "./loadModel.ts";
import { ModelDrafter } from "./ModelDrafter.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** The chat model that a draft model is for. */
export interface DraftTarget {
  readonly model: bigint;
  readonly vocabulary: Vocabulary;
  readonly contextTokens: number;
}

export interface OpenedDraft {
  /** Null where it was refused. */
  readonly drafter: ModelDrafter | null;
  readonly info: LoadedDraft;
}

/**
 * Loads a second, small model that guesses ahead for a chat model, and takes the same threads and the
 * same device. The chat model does not depend on it: whatever is wrong with it is a refusal, no error.
 */
export async function openDraft(
  library: Libllama,
  target: DraftTarget,
  options: ChildLoadOptions,
  modelPath: string,
): Promise<OpenedDraft> {
  const refused = (refusal: DraftRefusal): OpenedDraft => ({
    drafter: null,
    info: { modelPath, refusal },
  });
  // Guesses that were wrong could not be taken out of its memory.
  if (!isDivisible(library, target.model)) return refused("kind");
  let model: bigint;
  try {
    model = await loadModel(library, {
      path: modelPath,
      gpuLayers: options.gpuLayers,
      deviceName: options.deviceName ?? null,
      onProgress: () => {},
    });
  } catch {
    return refused("failed");
  }
  const vocabulary = new Vocabulary(library, library.modelVocab(model));
  const refusal =
    refusalOfKind(library, model, target) ?? refusalOfVocabulary(vocabulary, target.vocabulary);
  if (refusal !== null) {
    library.modelFree(model);
    return refused(refusal);
  }
  const trained = library.modelTrainContext(model);
  const { contextTokens } = target;
  let context: LlamaContext | null = null;
  try {
    context = new LlamaContext(library, model, {
      contextTokens: trained > 0 ? Math.min(contextTokens, trained) : contextTokens,
      batchTokens: Math.min(draftBatchTokens, contextTokens),
      sequences: 1,
      threads: options.threads,
      embeddings: false,
      offload: options.gpuLayers !== 0,
    });
    if (context.memory === null) throw new Error("It keeps no memory of a text.");
  } catch {
    const memory = context === null;
    context?.[Symbol.dispose]();
    library.modelFree(model);
    return refused(memory ? "memory" : "kind");
  }
  return {
    drafter: new ModelDrafter(library, context, vocabulary),
    info: { modelPath, refusal: null },
  };
}

function refusalOfKind(
  library: Libllama,
  model: bigint,
  { model: target }: DraftTarget,
): DraftRefusal | null {
  const writes =
    library.modelHasDecoder(model) &&
    !library.modelHasEncoder(model) &&
    !library.modelIsDiffusion(model);
  // What it wrote has to be taken back where the chat model says otherwise.
  if (!writes || !isDivisible(library, model)) return "kind";
  const most = Number(library.modelSize(target)) * mostDraftShare;
  return Number(library.modelSize(model)) > most ? "size" : null;
}

/** Its tokens go to the chat model as they are, so every one has to mean the same to both. */
function refusalOfVocabulary(draft: Vocabulary, target: Vocabulary): DraftRefusal | null {
  const alike =
    draft.type === target.type &&
    draft.size === target.size &&
    draft.bos === target.bos &&
    draft.eos === target.eos;
  if (!alike) return "vocabulary";
  for (let token = 0; token < draft.size; token++) {
    if (draft.tokenText(token) !== target.tokenText(token)) return "vocabulary";
  }
  return null;
}
