import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cutTestDocument } from "../../src-main/engine/eval/chunkTestDocument.ts";
import type { GradedCase } from "../../src-main/engine/eval/fitEvidenceModels.ts";
import { articleOf, gradeCases, openEvalLibrary } from "../../src-main/engine/eval/gradeCases.ts";
import { loadBeir, type BeirDataset, type BeirQuery } from "../../src-main/engine/eval/loadBeir.ts";
import { chunkPages, type Chunk } from "../../src-main/engine/library/chunks/chunkPages.ts";
import { SeededRandom } from "../../src-main/engine/eval/answers/sets/SeededRandom.ts";
import { nameRuns } from "../../src-main/engine/rag/evidence/names.ts";
import { nearMissSet } from "./nearMissSet.ts";
import { allocateWords } from "../../src-main/engine/library/readers/packedWords.ts";

export type EmbedAll = (texts: readonly string[]) => Promise<Float32Array[]>;

/** What the questions are asked of. */
export type Arrangement =
  | "all paragraphs"
  | "its article"
  | "all articles"
  | "things, English"
  | "things, German";

export interface ArrangedCase extends GradedCase {
  readonly arrangement: Arrangement;
}

interface Options {
  readonly tempDir: string;
  readonly embed: EmbedAll;
  readonly onProgress: (line: string) => void;
}

/**
 * Asks each question of XQuAD of all paragraphs as documents, of its article as one document, and of
 * all articles as documents: as they are, without the paragraph that answers it, and without its
 * article. And Cranfield's questions of the paragraphs.
 */
export async function evidenceCases(
  options: Options & { xquadDir: string; cranfieldDir: string },
): Promise<ArrangedCase[]> {
  const { embed, tempDir, onProgress } = options;
  const dataset = await loadBeir(options.xquadDir);
  const cranfield = await loadBeir(options.cranfieldDir);
  const paragraphs = await gradeCases({
    dataset,
    elsewhere: [{ source: cranfield.name, questions: cranfield.queries.map(({ text }) => text) }],
    chunk: cutTestDocument,
    embed,
    tempDir,
    onProgress: ({ stage, done, total }) => onProgress(`${stage} ${done} of ${total}`),
  });
  return [
    ...paragraphs.map((one) => ({ ...one, arrangement: "all paragraphs" as const })),
    ...(await swappedCases(dataset, options)),
    ...(await articleCases(dataset, options)),
    ...(await thingCases(options)),
  ];
}

/** Asks of all paragraphs what is asked of one thing, but of another that they speak of elsewhere. */
async function swappedCases(dataset: BeirDataset, options: Options): Promise<ArrangedCase[]> {
  const dir = await mkdtemp(join(options.tempDir, "swapped-"));
  const articles = [...new Set(dataset.documents.map(({ id }) => articleOf(id)))];
  const halfOf = ({ id }: BeirQuery): 0 | 1 => {
    const [gold = ""] = [...(dataset.judgements.get(id)?.keys() ?? [])];
    return articles.indexOf(articleOf(gold)) % 2 === 0 ? 0 : 1;
  };
  try {
    await using library = await openEvalLibrary(dir, {
      ...options,
      dataset,
      chunk: cutTestDocument,
      onProgress: ({ stage, done, total }) => options.onProgress(`${stage} ${done} of ${total}`),
    });
    const cases: ArrangedCase[] = [];
    for (const half of [0, 1] as const) {
      for (const question of swapNames(
        dataset.queries.filter((query) => halfOf(query) === half).map(({ text }) => text),
        new SeededRandom(half),
      )) {
        cases.push({
          arrangement: "all paragraphs",
          kind: "near",
          question,
          source: "another name",
          half,
          ...(await library.grade(question)),
          holdsAnswer: () => false,
        });
      }
    }
    return cases;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Questions with the last of their names exchanged for one that another question has. */
function swapNames(questions: readonly string[], random: SeededRandom): string[] {
  const named = questions.flatMap((question) => {
    const run = nameRuns(question, false).at(-1);
    const [first, last] = [run?.at(0), run?.at(-1)];
    return first && last ? [{ question, start: first.start, end: last.end }] : [];
  });
  const names = named.map(({ question, start, end }) => question.slice(start, end));
  return named.flatMap(({ question, start, end }) => {
    const name = random.pick(names);
    if (question.includes(name)) return [];
    return [question.slice(0, start) + name + question.slice(end)];
  });
}

/** Asks what is told of things, what is told of others of their kind alone, and of others that are not there. */
async function thingCases(options: Options): Promise<ArrangedCase[]> {
  const { documents, questions } = nearMissSet(20_261_127);
  const dir = await mkdtemp(join(options.tempDir, "things-"));
  try {
    await using library = await openEvalLibrary(dir, {
      ...options,
      dataset: {
        name: "things",
        documents: documents.map(({ id, text }) => ({ id, title: "", text })),
        queries: questions.map(({ text }, at) => ({ id: `q${at}`, text, answers: [] })),
        judgements: new Map(),
      },
      chunk: cutTestDocument,
      onProgress: ({ stage, done, total }) => options.onProgress(`${stage} ${done} of ${total}`),
    });
    const cases: ArrangedCase[] = [];
    for (const { text, kind, language, half, sentence, answer } of questions) {
      cases.push({
        arrangement: language === "en" ? "things, English" : "things, German",
        kind: kind === "answerable" ? "answerable" : "near",
        question: text,
        source: kind,
        half,
        ...(await library.grade(text)),
        holdsAnswer: (one) => sentence !== "" && one.text.includes(sentence) && answer !== "",
      });
    }
    return cases;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function articleCases(dataset: BeirDataset, options: Options): Promise<ArrangedCase[]> {
  const articles = [...Map.groupBy(dataset.documents, ({ id }) => articleOf(id)).values()].map(
    (paragraphs, at) => ({ id: `article ${at}`, paragraphs }),
  );
  const without = articles.flatMap(({ id, paragraphs }) =>
    paragraphs.map((gone) => ({
      id: `${id} without ${gone.id}`,
      paragraphs: paragraphs.filter((one) => one !== gone),
    })),
  );
  const texts = new Map(
    [...articles, ...without].map(({ id, paragraphs }) => [
      id,
      paragraphs.map(({ text }) => text.trim()),
    ]),
  );
  const dir = await mkdtemp(join(options.tempDir, "articles-"));
  try {
    await using library = await openEvalLibrary(dir, {
      dataset: {
        ...dataset,
        documents: [...texts.keys()].map((id) => ({ id, title: "", text: "" })),
      },
      chunk: ({ id }) => cutArticle(texts.get(id) ?? []),
      embed: options.embed,
      onProgress: ({ stage, done, total }) => options.onProgress(`${stage} ${done} of ${total}`),
    });
    const cases: ArrangedCase[] = [];
    for (const [done, query] of dataset.queries.entries()) {
      const gold = [...(dataset.judgements.get(query.id)?.keys() ?? [])][0] ?? "";
      const own = articles.findIndex(({ paragraphs }) => paragraphs.some(({ id }) => id === gold));
      const ids = articles.map(({ id }) => id);
      const article = ids[own] ?? "";
      const others = ids.filter((_, at) => at !== own);
      const lacking = `${article} without ${gold}`;
      const asked = [
        ["its article", "answerable", [article]],
        ["its article", "removed", [lacking]],
        // Another one, the same in every run.
        ["its article", "elsewhere", [others[(7 * done) % others.length] ?? ""]],
        ["all articles", "answerable", [...others, article]],
        ["all articles", "removed", [...others, lacking]],
        ["all articles", "elsewhere", others],
      ] as const;
      for (const [arrangement, kind, only] of asked) {
        cases.push({
          arrangement,
          kind,
          question: query.text,
          source: dataset.name,
          half: own % 2 === 0 ? 0 : 1,
          ...(await library.grade(query.text, { only })),
          holdsAnswer: ({ text }) => query.answers.some((answer) => text.includes(answer)),
        });
      }
      if (done % 100 === 0) options.onProgress(`articles ${done} of ${dataset.queries.length}`);
    }
    return cases;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** An article as a document of several paragraphs. */
function cutArticle(paragraphs: readonly string[]): Chunk[] {
  let text = "";
  const blocks = paragraphs.map((paragraph) => {
    if (text !== "") text += "\n\n";
    const start = text.length;
    text += paragraph;
    return { start, end: text.length, kind: "paragraph" as const };
  });
  const page = {
    number: 1,
    width: 0,
    height: 0,
    text,
    words: allocateWords(0),
    blocks,
    firstLine: 1,
    content: "text" as const,
  };
  return chunkPages([page], { paged: false });
}
