import type { DocumentId } from "../../contract/ids.ts";
import type { Store } from "../store/Store.ts";
import type { IngestService } from "./IngestService.ts";

/** What waits in a draft is kept so long; a message that was sent keeps its attachments itself. */
const keepUnsentMs = 30 * 24 * 3600 * 1000;

/**
 * Files that belong to messages. They are read and searched as documents are, are no part of the
 * library, and go when the last message that names them is erased.
 */
export class AttachmentService {
  readonly #options: { store: Store; ingest: IngestService };

  constructor(options: { store: Store; ingest: IngestService }) {
    this.#options = options;
  }

  /** Removes those of the given documents that are attachments and that no message names. */
  async discard(documentIds: readonly DocumentId[]): Promise<void> {
    const given = new Set(documentIds);
    const loose = await this.#options.store.documents.looseAttachments(Number.MAX_SAFE_INTEGER);
    await this.#remove(loose.filter((id) => given.has(id)));
  }

  /** Removes what erased chats and forgotten drafts left behind. */
  async sweep(): Promise<void> {
    const { documents } = this.#options.store;
    await this.#remove(await documents.looseAttachments(Date.now() - keepUnsentMs));
  }

  async #remove(documentIds: readonly DocumentId[]): Promise<void> {
    if (documentIds.length === 0) return;
    await this.#options.ingest.remove(documentIds);
  }
}
