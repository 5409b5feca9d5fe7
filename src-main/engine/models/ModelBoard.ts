import type { ActivityState } from "../../contract/activity.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { LoadedModel, ModelsState } from "../../contract/models.ts";
import { Cell } from "../core/Cell.ts";
import type { BackendActivity, InferenceBackend } from "../llama/InferenceBackend.ts";

/** What is told of models: which there are, which are loaded, and what those do. */
export class ModelBoard {
  readonly state = new Cell<ModelsState>({
    models: [],
    loaded: [],
    transfers: [],
    chatModelId: null,
    embeddingModelId: null,
    rerankerModelId: null,
    starter: [],
  });
  /** Changes a few times a second while models work, so it is apart from what changes rarely. */
  readonly activity = new Cell<ActivityState>({ models: [] });

  change(change: Partial<ModelsState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }

  /** @param entry undefined once it is not loaded any more */
  report(modelId: ModelId, entry: LoadedModel | undefined): void {
    this.state.update((state) => {
      const others = state.loaded.filter((loaded) => loaded.modelId !== modelId);
      return { ...state, loaded: entry ? [...others, entry] : others };
    });
    if (entry?.status === "ready") return;
    this.activity.update(({ models }) => ({
      models: models.filter((activity) => activity.modelId !== modelId),
    }));
  }

  /** @param unloadsAt when a model that rests is unloaded; null while it works */
  reportRest(modelId: ModelId, unloadsAt: number | null): void {
    this.state.update((state) => ({
      ...state,
      loaded: state.loaded.map((entry) =>
        entry.modelId === modelId && entry.status === "ready" ? { ...entry, unloadsAt } : entry,
      ),
    }));
  }

  reportActivity(
    modelId: ModelId,
    activity: BackendActivity,
    { contextTokens, device }: InferenceBackend["info"],
  ): void {
    this.activity.update(({ models }) => ({
      models: [
        ...models.filter((other) => other.modelId !== modelId),
        { modelId, ...activity, contextTokens, device },
      ],
    }));
  }
}
