import type { PinnedPassage } from "../../contract/chat.ts";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import type { Location } from "../../contract/locations.ts";
import type { ChunkRecord, Stretch } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { findQuote } from "./findQuote.ts";

export interface PinnedPassagesOptions {
  documents: Pick<Store["documents"], "readyVersions" | "chunksOf">;
  locate: (chunk: ChunkRecord, stretch: Stretch) => Promise<Location>;
}

/**
 * Finds pinned passages in what is searched now. A chunk's id lasts as long as its version of the
 * document; a pin is therefore kept as document and quote, and looked for when it is needed.
 */
export class PinnedPassages {
  readonly #options: PinnedPassagesOptions;

  constructor(options: PinnedPassagesOptions) {
    this.#options = options;
  }

  /** The pins as they stand now, and the chunks that hold them. */
  async find(
    pinned: readonly PinnedPassage[],
  ): Promise<{ pinned: PinnedPassage[]; chunkIds: ChunkId[] }> {
    if (pinned.length === 0) return { pinned: [], chunkIds: [] };
    const { documents, locate } = this.#options;
    const versions = new Map(
      (await documents.readyVersions()).map((ready) => [ready.documentId, ready.version]),
    );
    const chunks = new Map<DocumentId, readonly ChunkRecord[]>();
    const chunkIds = new Set<ChunkId>();
    const now: PinnedPassage[] = [];
    for (const pin of pinned) {
      const { documentId } = pin;
      const version = versions.get(documentId);
      let own = chunks.get(documentId);
      if (!own) {
        own = version === undefined ? [] : await documents.chunksOf(documentId, version);
        chunks.set(documentId, own);
      }
      const found = findQuote(own, pin.quote, (chunk) => isAt(chunk, pin.location));
      for (const { chunk } of found) chunkIds.add(chunk.id);
      const first = found[0];
      now.push(
        first
          ? { ...pin, gone: false, location: await locate(first.chunk, first.stretch) }
          : { ...pin, gone: true },
      );
    }
    return { pinned: now, chunkIds: [...chunkIds] };
  }
}

/** Whether a chunk begins where a passage was: the same words may stand in several places. */
function isAt(chunk: ChunkRecord, location: Location): boolean {
  const place = chunk.location;
  if (location.kind === "page") return chunk.page === location.page;
  if (location.kind === "lines" && place.kind === "lines") {
    return place.from <= location.from && place.to >= location.from;
  }
  if (location.kind === "section" && place.kind === "section") {
    return place.path.join("\n") === location.path.join("\n");
  }
  if (location.kind === "cells" && place.kind === "cells") return place.sheet === location.sheet;
  if (location.kind === "slide" && place.kind === "slide") return place.slide === location.slide;
  return false;
}
