import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { chunkIdSchema, documentIdSchema } from "../../src-main/contract/ids.ts";
import { loadBeir } from "../../src-main/engine/eval/loadBeir.ts";
import { VectorIndex } from "../../src-main/engine/index/VectorIndex.ts";
import { keywordText } from "../../src-main/engine/index/keywordText.ts";
import { chunkPages, type Chunk } from "../../src-main/engine/library/chunks/chunkPages.ts";
import { indexedText } from "../../src-main/engine/library/PassageIndex.ts";
import { allocateWords } from "../../src-main/engine/library/readers/packedWords.ts";
import {
  gradeEvidence,
  type Evidence,
  type EvidenceSentence,
} from "../../src-main/engine/rag/evidence/gradeEvidence.ts";
import { HybridRetriever } from "../../src-main/engine/retrieval/HybridRetriever.ts";

export type EmbedAll = (texts: readonly string[]) => Promise<Float32Array[]>;

/** A question asked of a collection, and what the product made of it. */
export interface EvidenceCase {
  readonly question: string;
  /** Articles in the collection. */
  readonly articles: number;
  /** Whether one of them holds the answer. */
  readonly answerable: boolean;
  /** Questions of one half share no article with those of the other. */
  readonly half: 0 | 1;
  readonly evidence: Evidence;
  readonly isInGoldParagraph: (sentence: EvidenceSentence) => boolean;
  readonly holdsAnswer: (sentence: EvidenceSentence) => boolean;
}

interface Article {
  readonly name: string;
  readonly paragraphs: readonly {
    readonly id: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly chunks: readonly Chunk[];
}

const retrieveLimit = 24;
const answersLine = z
  .object({ _id: z.string(), answers: z.array(z.string()) })
  .transform(({ _id: id, answers }) => [id, answers] as const);

/**
 * Asks each question of XQuAD of one, three and half of the articles, with and without its own, and
 * Cranfield's questions of the same collections: through the library's chunker, the search index, the
 * retriever and the grading that the product uses.
 */
export async function evidenceCases(options: {
  xquadDir: string;
  cranfieldDir: string;
  tempDir: string;
  embed: EmbedAll;
  onProgress: (done: number, total: number) => void;
}): Promise<EvidenceCase[]> {
  const { embed, onProgress } = options;
  const xquad = await loadBeir(options.xquadDir);
  const cranfield = await loadBeir(options.cranfieldDir);
  const articles = cutArticles(xquad.documents);
  const answers = new Map(
    (await readFile(join(options.xquadDir, "queries.jsonl"), "utf8"))
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => answersLine.parse(JSON.parse(line))),
  );
  const ask = await openCollections(articles, options.tempDir, embed);
  const halves = [0, 1].map((half) => articles.map((_, at) => at).filter((at) => at % 2 === half));
  const random = seededRandom(1);
  const draw = (count: number, without: number): number[] => {
    const drawn = new Set<number>();
    while (drawn.size < count) {
      const at = Math.floor(random() * articles.length);
      if (at !== without) drawn.add(at);
    }
    return [...drawn];
  };

  const cases: EvidenceCase[] = [];
  const total = xquad.queries.length + cranfield.queries.length;
  for (const [done, query] of xquad.queries.entries()) {
    const gold = [...(xquad.judgements.get(query.id)?.keys() ?? [])][0] ?? "";
    const own = articles.findIndex((article) => article.paragraphs.some(({ id }) => id === gold));
    const half = own % 2 === 0 ? 0 : 1;
    const isInGoldParagraph = (sentence: EvidenceSentence): boolean =>
      touches(articles, own, gold, sentence);
    const holdsAnswer = (sentence: EvidenceSentence): boolean =>
      isInGoldParagraph(sentence) &&
      (answers.get(query.id) ?? []).some((answer) => sentence.text.includes(answer));
    const add = async (collection: readonly number[], answerable: boolean): Promise<void> => {
      const evidence = await ask(query.text, collection);
      cases.push({
        question: query.text,
        articles: collection.length,
        answerable,
        half,
        evidence,
        isInGoldParagraph,
        holdsAnswer,
      });
    };
    await add([own], true);
    await add([own, ...draw(2, own)], true);
    await add(halves[half] ?? [], true);
    await add(draw(1, own), false);
    await add(draw(3, own), false);
    await add(halves[1 - half] ?? [], false);
    onProgress(done + 1, total);
  }
  for (const [at, query] of cranfield.queries.entries()) {
    const half = at % 2 === 0 ? 0 : 1;
    for (const collection of [draw(1, -1), draw(3, -1), halves[half] ?? []]) {
      cases.push({
        question: query.text,
        articles: collection.length,
        answerable: false,
        half,
        evidence: await ask(query.text, collection),
        isInGoldParagraph: () => false,
        holdsAnswer: () => false,
      });
    }
    onProgress(xquad.queries.length + at + 1, total);
  }
  return cases;
}

function cutArticles(paragraphs: readonly { id: string; text: string }[]): Article[] {
  const grouped = Map.groupBy(paragraphs, ({ id }) => id.split("#")[0] ?? id);
  return [...grouped].map(([name, own]) => {
    let text = "";
    const spans = own.map((paragraph) => {
      if (text !== "") text += "\n\n";
      const start = text.length;
      text += paragraph.text.trim();
      return { id: paragraph.id, start, end: text.length };
    });
    const page = {
      number: 1,
      width: 0,
      height: 0,
      text,
      words: allocateWords(0),
      blocks: spans.map(({ start, end }) => ({ start, end, kind: "paragraph" as const })),
      firstLine: 1,
      content: "text" as const,
    };
    return { name, paragraphs: spans, chunks: chunkPages([page], { paged: false }) };
  });
}

/** One index of all articles; a collection is a filter on it, as in the product. */
async function openCollections(
  articles: readonly Article[],
  tempDir: string,
  embed: EmbedAll,
): Promise<(question: string, collection: readonly number[]) => Promise<Evidence>> {
  const [probe] = await embed(["probe"]);
  const index = await VectorIndex.open({
    dir: join(tempDir, "index"),
    fingerprint: {
      model: "fit",
      quantization: "",
      chunkerVersion: "",
      prefix: "",
      dimensions: probe?.length ?? 0,
    },
  });
  const chunks = new Map<string, Chunk>();
  for (const [at, article] of articles.entries()) {
    const vectors = await embed(article.chunks.map(indexedText));
    await index.add(
      article.chunks.map((chunk, n) => {
        chunks.set(`${at}-${n}`, chunk);
        return {
          chunkId: chunkIdSchema.parse(`${at}-${n}`),
          documentId: documentIdSchema.parse(`article-${at}`),
          version: 1,
          text: keywordText(chunk),
          vector: vectors[n] ?? new Float32Array(),
        };
      }),
    );
  }
  await index.optimize({ force: true });
  const retriever = new HybridRetriever({
    index,
    embed,
    resolve: async (ids) => ids.map((chunkId) => ({ chunkId, version: 1 })),
  });
  return async (question, collection) => {
    const hits = await retriever.retrieve(question, {
      limit: retrieveLimit,
      documentIds: collection.map((at) => documentIdSchema.parse(`article-${at}`)),
    });
    const passages = hits.flatMap(({ chunkId, explain }) => {
      const chunk = chunks.get(chunkId);
      if (!chunk) return [];
      const { text, context, sentences } = chunk;
      return [{ chunkId, text, context, sentences, explain }];
    });
    return gradeEvidence(question, passages, embed);
  };
}

function touches(
  articles: readonly Article[],
  own: number,
  gold: string,
  sentence: EvidenceSentence,
): boolean {
  const [article, ordinal] = sentence.chunkId.split("-").map(Number);
  const chunk = articles[own]?.chunks[ordinal ?? -1];
  const span = articles[own]?.paragraphs.find(({ id }) => id === gold);
  if (article !== own || !chunk || !span) return false;
  return chunk.start + sentence.start < span.end && chunk.start + sentence.end > span.start;
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
