import { HearthError } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import type { InferenceBackend } from "../../llama/InferenceBackend.ts";
import { estimateTokens } from "./estimateTokens.ts";

/**
 * To be called before any text of documents is given to a model, tokens are counted included.
 *
 * @throws HearthError `not-allowed` where the model runs on a server that may not have documents
 */
export function checkDocumentsAllowed({ server }: Pick<Model, "server">): void {
  if (!server || server.documentsAllowed) return;
  throw new HearthError({
    code: "not-allowed",
    title: `Your documents stay on this computer: ${server.name} may not have them.`,
    cause: `The chosen model runs on your server ${server.host}, and you have not allowed it passages of documents. Nothing of them was sent.`,
    suggestion:
      "Choose a model of this computer, or allow documents for this server under “Your servers” on the Models page.",
  });
}

/**
 * Tokens of texts of documents. None of them leaves this computer only to be counted: for a model of a
 * server they are estimated, rather too many.
 */
export async function countDocumentTokens(
  { server }: Pick<Model, "server">,
  backend: Pick<InferenceBackend, "countTokens">,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  return server ? texts.map(estimateTokens) : await backend.countTokens(texts, { signal });
}

/** What of documents leaves this computer for an answer; null where the model runs here. */
export function sentTo(
  { server }: Pick<Model, "server">,
  passages: readonly { readonly text: string }[],
): { server: string; passages: number; characters: number } | null {
  if (!server) return null;
  const characters = passages.reduce((sum, { text }) => sum + text.length, 0);
  return { server: server.host, passages: passages.length, characters };
}
