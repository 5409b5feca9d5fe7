import { HearthError, isCancelled } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import { checkDocumentsAllowed } from "../../models/remote/documentsGate.ts";
import type { Ask, Run } from "./types.ts";

/**
 * The chat model, to be given text of documents; null where there is none. One that was asked for by its
 * id is missed. One of a server that is gone, or may not have documents, counts as none: the evidence is
 * the answer, and why is told with it.
 */
export function findChatModel(run: Run, { modelId }: Ask): Model | null {
  const { models } = run.tools;
  // It has failed in this answer: what is left is done without it.
  if (run.serverError) return null;
  try {
    const model = models.find("chat", modelId);
    // Before a token is counted: a server would be sent the text for that, too.
    checkDocumentsAllowed(model);
    return model;
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    // The one comes of a server that is gone, the other of one that may not have documents.
    if (error.code === "unavailable" || error.code === "not-allowed") {
      run.serverError = error.toData();
      return null;
    }
    if (error.code === "model-missing" && modelId === null) return null;
    throw error;
  }
}

/**
 * Notes why a server failed, which leaves the evidence as the answer. Throws anything else again.
 * @returns what is told of it
 */
export function noteServerFailure(run: Run, model: Model, error: unknown): string {
  const isServers = model.server && error instanceof HearthError;
  if (!isServers || isCancelled(error) || run.signal.aborted) throw error;
  run.serverError = error.toData();
  return error.title;
}
