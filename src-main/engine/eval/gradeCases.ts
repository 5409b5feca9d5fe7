import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancelledError } from "../../contract/errors.ts";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { keywordText } from "../index/keywordText.ts";
import { VectorIndex, type IndexHit, type IndexSearchOptions } from "../index/VectorIndex.ts";
import type { Chunk } from "../library/chunks/chunkPages.ts";
import { indexedText } from "../library/PassageIndex.ts";
import {
  gradeEvidence,
  type EmbedTexts,
  type Evidence,
  type EvidencePassage,
} from "../rag/evidence/gradeEvidence.ts";
import {
  interleave,
  mostRewrites,
  rewriteQuery,
  strengthNeeded,
} from "../rag/graph/rewriteQuery.ts";
import { HybridRetriever } from "../retrieval/HybridRetriever.ts";
import type { Embed } from "../retrieval/vector.ts";
import type { GradedCase, TriedEvidence } from "./fitEvidenceModels.ts";
import type { BeirDataset, BeirDocument } from "./loadBeir.ts";

export interface GradeCasesOptions {
  readonly dataset: BeirDataset;
  /** Questions that the collection does not answer, with where they come from. */
  readonly elsewhere: readonly { readonly source: string; readonly questions: readonly string[] }[];
  /** The product's own way of cutting a document. */
  readonly chunk: (document: BeirDocument) => readonly Chunk[];
  readonly embed: Embed;
  /** Where the index is made; a folder of its own, which is removed at the end. */
  readonly tempDir?: string;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

const retrieveLimit = 24;
const chunksPerBatch = 64;

/**
 * Asks each question of the collection three times: of all of it, of all but the documents that answer
 * it, and of all but their whole article, if an article has several documents. Documents of an article
 * have ids with the same part before "#". Removed documents are withheld as the store withholds those
 * that are gone. Then the questions that belong to something else.
 */
export async function gradeCases(options: GradeCasesOptions): Promise<GradedCase[]> {
  const dir = await mkdtemp(join(options.tempDir ?? tmpdir(), "hearth-eval-"));
  try {
    await using library = await openEvalLibrary(dir, options);
    return await ask(library, options);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function ask(library: EvalLibrary, options: GradeCasesOptions): Promise<GradedCase[]> {
  const { dataset, elsewhere, onProgress } = options;
  const articles = [...new Set(dataset.documents.map(({ id }) => articleOf(id)))];
  const sizes = Map.groupBy(dataset.documents, ({ id }) => articleOf(id));
  const cases: GradedCase[] = [];
  const others = elsewhere.flatMap(({ source, questions }) =>
    questions.map((question) => ({ source, question })),
  );
  const total = dataset.queries.length + others.length;
  for (const [done, query] of dataset.queries.entries()) {
    const judged = [...(dataset.judgements.get(query.id) ?? new Map<string, number>())];
    const golds = new Set(judged.filter(([, grade]) => grade > 0).map(([id]) => id));
    const own = new Set([...golds].map(articleOf));
    const half: 0 | 1 = articles.indexOf([...own][0] ?? "") % 2 === 0 ? 0 : 1;
    const base = {
      question: query.text,
      half,
      holdsAnswer: ({ text }: { text: string }) =>
        query.answers.some((answer) => text.includes(answer)),
    };
    const grade = (kept: (id: string) => boolean) => library.grade(query.text, { kept });
    const source = dataset.name;
    cases.push(
      { ...base, source, kind: "answerable", ...(await grade(() => true)) },
      { ...base, source, kind: "removed", ...(await grade((id) => !golds.has(id))) },
    );
    if ([...own].some((article) => (sizes.get(article)?.length ?? 0) > 1)) {
      const graded = await grade((id) => !own.has(articleOf(id)));
      cases.push({ ...base, source: "article removed", kind: "elsewhere", ...graded });
    }
    onProgress?.({ stage: "asking", done: done + 1, total });
  }
  for (const [at, { source, question }] of others.entries()) {
    cases.push({
      question,
      source,
      kind: "elsewhere",
      half: at % 2 === 0 ? 0 : 1,
      ...(await library.grade(question)),
      holdsAnswer: () => false,
    });
    onProgress?.({ stage: "asking", done: dataset.queries.length + at + 1, total });
  }
  return cases;
}

export function articleOf(documentId: string): string {
  return documentId.replace(/#[^#]*$/, "");
}

/** A library made for an evaluation, of which parts can be withheld. */
export interface EvalLibrary extends AsyncDisposable {
  /**
   * Grades a question against the documents that are kept, or against these only: with the question
   * itself, and where that is weak with other queries as the graph of the product tries them.
   */
  grade(
    question: string,
    of?: { kept?: (documentId: string) => boolean; only?: readonly string[] },
  ): Promise<Pick<GradedCase, "evidence" | "tried">>;
}

/** Cuts, embeds and indexes documents in a folder as the library does. */
export async function openEvalLibrary(
  dir: string,
  options: Omit<GradeCasesOptions, "elsewhere" | "tempDir">,
): Promise<EvalLibrary> {
  const { dataset, signal, onProgress } = options;
  const known = new Map<string, Float32Array>();
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    if (signal?.aborted === true) throw cancelledError();
    const missing = [...new Set(texts.filter((text) => !known.has(text)))];
    const vectors =
      missing.length > 0 ? await options.embed(missing, signal ? { signal } : {}) : [];
    missing.forEach((text, at) => known.set(text, vectors[at] ?? new Float32Array()));
    return texts.map((text) => known.get(text) ?? new Float32Array());
  };
  const [probe] = await embed([dataset.queries[0]?.text ?? ""]);
  const fingerprint = { model: "evaluation", quantization: "", chunkerVersion: "", prefix: "" };
  const index = await VectorIndex.open({
    dir: join(dir, "index"),
    fingerprint: { ...fingerprint, dimensions: probe?.length ?? 0 },
  });
  const chunks = new Map<string, { chunk: Chunk; documentId: string }>();
  const places = new Map(dataset.documents.map(({ id }, at) => [id, at]));
  // Ids of collections may be longer than those of documents.
  const idOf = (id: string) => documentIdSchema.parse(`d${places.get(id) ?? "none"}`);
  const waiting = dataset.documents.flatMap((document, at) =>
    options.chunk(document).map((chunk, n) => {
      const chunkId = chunkIdSchema.parse(`${at}-${n}`);
      chunks.set(chunkId, { chunk, documentId: document.id });
      return { chunkId, documentId: idOf(document.id), chunk };
    }),
  );
  for (let from = 0; from < waiting.length; from += chunksPerBatch) {
    const batch = waiting.slice(from, from + chunksPerBatch);
    const vectors = await embed(batch.map(({ chunk }) => indexedText(chunk)));
    await index.add(
      batch.map(({ chunk, ...ids }, at) => ({
        ...ids,
        version: 1,
        text: keywordText(chunk),
        vector: vectors[at] ?? new Float32Array(),
      })),
    );
    onProgress?.({ stage: "indexing", done: from + batch.length, total: waiting.length });
  }
  await index.optimize({ force: true });
  const found = new Map<string, Promise<IndexHit[]>>();
  let asked = "";
  // What is searched for again with other documents withheld is found once.
  const once = (key: string, search: () => Promise<IndexHit[]>): Promise<IndexHit[]> => {
    const hits = found.get(key) ?? search();
    found.set(key, hits);
    return hits;
  };
  return {
    grade: async (question, { kept, only } = {}) => {
      if (question !== asked) found.clear();
      asked = question;
      const key = (query: string, limit: number): string =>
        JSON.stringify([query, limit, ...(only ?? [])]);
      const search = async (query: string): Promise<EvidencePassage[]> => {
        const retriever = new HybridRetriever({
          index: {
            keywordSearch: (text: string, how: IndexSearchOptions) =>
              once(`words ${key(query, how.limit)}`, () => index.keywordSearch(text, how)),
            vectorSearch: (vector: Float32Array, how: IndexSearchOptions) =>
              once(`vectors ${key(query, how.limit)}`, () => index.vectorSearch(vector, how)),
          },
          embed,
          resolve: async (ids) =>
            ids
              .filter((id) => kept?.(chunks.get(id)?.documentId ?? "") ?? true)
              .map((chunkId) => ({ chunkId })),
        });
        const hits = await retriever.retrieve(query, {
          limit: retrieveLimit,
          ...(only ? { documentIds: only.map(idOf) } : {}),
          ...(signal ? { signal } : {}),
        });
        return hits.flatMap(({ chunkId }) => {
          const entry = chunks.get(chunkId);
          if (!entry) return [];
          const { text, context, sentences } = entry.chunk;
          return [{ chunkId, text, context, sentences }];
        });
      };
      const passages = await search(question);
      const evidence = await gradeEvidence(question, passages, embed);
      return { evidence, tried: await tryAgain({ question, passages, evidence, search, embed }) };
    },
    [Symbol.asyncDispose]: () => index.close(),
  };
}

/** The cycle of the graph: see its nodes `grade`, `rewrite` and `retrieve`. */
export async function tryAgain(options: {
  readonly question: string;
  readonly passages: readonly EvidencePassage[];
  readonly evidence: Evidence;
  readonly search: (query: string) => Promise<EvidencePassage[]>;
  readonly embed: EmbedTexts;
}): Promise<TriedEvidence> {
  const { question, search, embed } = options;
  let { passages, evidence } = options;
  const queries = [question];
  const isWeak = (): boolean =>
    evidence.strength < strengthNeeded(queries.length - 1) || evidence.sentences.length === 0;
  while (isWeak() && queries.length <= mostRewrites && passages.length > 0) {
    const texts = passages.map(({ text }) => text);
    const query = rewriteQuery(question, texts, queries);
    if (query === null) break;
    queries.push(query);
    const known = new Set(passages.map(({ chunkId }) => chunkId));
    const fresh = (await search(query)).filter(({ chunkId }) => !known.has(chunkId));
    if (fresh.length === 0) continue;
    passages = interleave(passages, fresh);
    evidence = await gradeEvidence(question, passages, embed);
  }
  return { evidence, declined: isWeak() };
}
