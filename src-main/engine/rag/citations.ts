import type { ChunkId } from "../../contract/ids.ts";
import type { Location } from "../../contract/locations.ts";
import type { Citation } from "../../contract/search.ts";
import type { Passage } from "../retrieval/PassageRetriever.ts";
import type { Stretch } from "../store/records.ts";
import { quoteContext } from "./quoteContext.ts";

/** Where a stretch of a chunk's text stands in its document. */
export type Locate = (passage: Passage, stretch: Stretch) => Promise<Location>;

/** A sentence of a chunk that is to be cited. */
export interface Citable extends Stretch {
  readonly chunkId: ChunkId;
  readonly text: string;
  /** The stretch of `text` that answers the question. */
  readonly answer?: Stretch;
}

/** The citations of one answer: numbered here, so that none can be invented. */
export class CitationList {
  readonly list: Citation[];
  readonly #numbers = new Map<string, Citation>();
  readonly #passageOf: (chunkId: ChunkId) => Passage | undefined;
  readonly #locate: Locate;

  /** @param known citations that the answer has already */
  constructor(
    passageOf: (chunkId: ChunkId) => Passage | undefined,
    locate: Locate,
    known: readonly Citation[] = [],
  ) {
    this.#passageOf = passageOf;
    this.#locate = locate;
    this.list = [...known];
    for (const citation of known) {
      this.#numbers.set(keyOf(citation), citation);
    }
  }

  /** The citation of a sentence; the same sentence has the same number. Undefined where its passage is gone. */
  async add(sentence: Citable): Promise<Citation | undefined> {
    const passage = this.#passageOf(sentence.chunkId);
    if (!passage) return undefined;
    const location = await this.#locate(passage, sentence);
    // Overlapping chunks hold the same place; the same words elsewhere are another one.
    const key = keyOf({ documentId: passage.chunk.documentId, location, quote: sentence.text });
    const known = this.#numbers.get(key);
    if (known) return known;
    const citation: Citation = {
      n: this.list.length + 1,
      documentId: passage.chunk.documentId,
      document: passage.document,
      // A chunk may run over to the next page; the sentence itself says where it is.
      page: location.kind === "page" ? location.page : passage.chunk.page,
      quote: sentence.text,
      location,
      context: quoteContext(passage.chunk.text, sentence),
      ...(sentence.answer && { answer: sentence.answer }),
    };
    this.#numbers.set(key, citation);
    this.list.push(citation);
    return citation;
  }
}

function keyOf({
  documentId,
  location,
  quote,
}: Pick<Citation, "documentId" | "location" | "quote">): string {
  return JSON.stringify([documentId, location, quote]);
}

/** White space as one blank. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A sentence with its citations behind it. */
export function withMarks(sentence: { text: string; citations: readonly number[] }): string {
  const marks = sentence.citations.map((n) => `[${n}]`).join("");
  return marks === "" ? sentence.text : `${sentence.text} ${marks}`;
}
