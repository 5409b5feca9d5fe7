import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancelledError } from "../../contract/errors.ts";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { keywordText } from "../index/keywordText.ts";
import { VectorIndex, type IndexHit, type IndexSearchOptions } from "../index/VectorIndex.ts";
import type { Chunk } from "../library/chunks/chunkPages.ts";
import { indexedText } from "../library/PassageIndex.ts";
import { gradeEvidence, type Evidence } from "../rag/evidence/gradeEvidence.ts";
import { HybridRetriever } from "../retrieval/HybridRetriever.ts";
import type { Embed } from "../retrieval/vector.ts";
import type { GradedCase } from "./fitEvidenceModels.ts";
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
      { ...base, source, kind: "answerable", evidence: await grade(() => true) },
      { ...base, source, kind: "removed", evidence: await grade((id) => !golds.has(id)) },
    );
    if ([...own].some((article) => (sizes.get(article)?.length ?? 0) > 1)) {
      const evidence = await grade((id) => !own.has(articleOf(id)));
      cases.push({ ...base, source: "article removed", kind: "elsewhere", evidence });
    }
    onProgress?.({ stage: "asking", done: done + 1, total });
  }
  for (const [at, { source, question }] of others.entries()) {
    cases.push({
      question,
      source,
      kind: "elsewhere",
      half: at % 2 === 0 ? 0 : 1,
      evidence: await library.grade(question),
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
  /** Grades a question against the documents that are kept, or against these only. */
  grade(
    question: string,
    of?: { kept?: (documentId: string) => boolean; only?: readonly string[] },
  ): Promise<Evidence>;
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
      const retriever = new HybridRetriever({
        index: {
          keywordSearch: (query: string, search: IndexSearchOptions) =>
            once(`words ${search.limit} ${only?.join() ?? ""}`, () =>
              index.keywordSearch(query, search),
            ),
          vectorSearch: (vector: Float32Array, search: IndexSearchOptions) =>
            once(`vectors ${search.limit} ${only?.join() ?? ""}`, () =>
              index.vectorSearch(vector, search),
            ),
        },
        embed,
        resolve: async (ids) =>
          ids
            .filter((id) => kept?.(chunks.get(id)?.documentId ?? "") ?? true)
            .map((chunkId) => ({ chunkId, version: 1 })),
      });
      const hits = await retriever.retrieve(question, {
        limit: retrieveLimit,
        ...(only ? { documentIds: only.map(idOf) } : {}),
        ...(signal ? { signal } : {}),
      });
      const passages = hits.flatMap(({ chunkId }) => {
        const entry = chunks.get(chunkId);
        if (!entry) return [];
        const { text, context, sentences } = entry.chunk;
        return [{ chunkId, text, context, sentences }];
      });
      return gradeEvidence(question, passages, embed);
    },
    [Symbol.asyncDispose]: () => index.close(),
  };
}
