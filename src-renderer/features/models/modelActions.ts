import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { call, link } from "../../api/engine.ts";

type ById<T> = Readonly<Record<ModelId, T>>;

interface ModelWork {
  /** Loads that this window asked for and may cancel; how far they are is in the models' state. */
  readonly loads: ById<() => void>;
  readonly unloading: ById<true>;
  /** Why the last thing asked of a model failed. */
  readonly errors: ById<ErrorData>;
  /** Cancels the fetching of starter models, where this window asked for it. */
  readonly cancelSetup: (() => void) | null;
  readonly setupError: ErrorData | null;
  readonly rescanning: boolean;
  readonly rescanError: ErrorData | null;
}

/** What this window asked of the models. It outlives the page, so that leaving it cancels nothing. */
export const useModelWork = create<ModelWork>(() => ({
  loads: {},
  unloading: {},
  errors: {},
  cancelSetup: null,
  setupError: null,
  rescanning: false,
  rescanError: null,
}));

const { getState, setState } = useModelWork;

export async function loadModel(modelId: ModelId): Promise<void> {
  if (getState().loads[modelId]) return;
  forget(modelId);
  try {
    const stream = link.client.stream("models.load", { modelId });
    setState(({ loads }) => ({ loads: { ...loads, [modelId]: stream.cancel } }));
    await stream.result;
  } catch (error) {
    report(modelId, error);
  } finally {
    setState(({ loads }) => ({ loads: without(loads, modelId) }));
  }
}

export async function unloadModel(modelId: ModelId): Promise<void> {
  forget(modelId);
  setState(({ unloading }) => ({ unloading: { ...unloading, [modelId]: true } }));
  try {
    await call("models.unload", { modelId });
  } catch (error) {
    report(modelId, error);
  } finally {
    setState(({ unloading }) => ({ unloading: without(unloading, modelId) }));
  }
}

/** Makes it the model for new chats, or, if it is an embedding model, the one for documents. */
export async function chooseModel(modelId: ModelId): Promise<void> {
  forget(modelId);
  try {
    await call("models.choose", { modelId });
  } catch (error) {
    report(modelId, error);
  }
}

/** Fetches the starter models that are missing. Progress comes through the models' state. */
export async function setUpStarters(): Promise<void> {
  if (getState().cancelSetup) return;
  setState({ setupError: null });
  try {
    const stream = link.client.stream("models.setup", {});
    setState({ cancelSetup: stream.cancel });
    await stream.result;
  } catch (error) {
    if (!isCancelled(error)) setState({ setupError: toErrorData(error) });
  } finally {
    setState({ cancelSetup: null });
  }
}

export async function rescanModels(): Promise<void> {
  setState({ rescanning: true, rescanError: null });
  try {
    await call("models.rescan", {});
  } catch (error) {
    setState({ rescanError: toErrorData(error) });
  } finally {
    setState({ rescanning: false });
  }
}

/** Says at a model what went wrong with it. */
export function reportModelError(modelId: ModelId, error: ErrorData): void {
  setState(({ errors }) => ({ errors: { ...errors, [modelId]: error } }));
}

function report(modelId: ModelId, error: unknown): void {
  if (!isCancelled(error)) reportModelError(modelId, toErrorData(error));
}

function forget(modelId: ModelId): void {
  setState(({ errors }) => ({ errors: without(errors, modelId) }));
}

function without<T>(map: ById<T>, id: ModelId): ById<T> {
  const { [id]: _gone, ...rest } = map;
  return rest;
}
