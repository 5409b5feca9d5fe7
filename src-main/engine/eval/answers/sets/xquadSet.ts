import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { EvalQuestion } from "../../../../contract/evals.ts";
import { HearthError, cancelledError } from "../../../../contract/errors.ts";
import { loadBeir, type BeirDocument } from "../../loadBeir.ts";
import type { BuiltSet } from "./BuiltSet.ts";

const answerLine = z
  .object({
    _id: z.union([z.string(), z.number()]).transform(String),
    answers: z.array(z.string().min(1)).default([]),
  })
  .transform(({ _id: queryId, answers }) => ({ queryId, answers }));

/**
 * A collection in BEIR's layout whose queries have `answers`, as in XQuAD: each document becomes a
 * Markdown file of its own.
 *
 * @throws HearthError as {@link loadBeir} does, and `bad-input` where no query has an answer
 */
export async function xquadSet(dataDir: string, signal: AbortSignal): Promise<BuiltSet> {
  const dataset = await loadBeir(dataDir, { signal });
  const answers = await readAnswers(join(dataDir, "queries.jsonl"), signal);
  const nameOf = new Map(
    dataset.documents.map((document, at) => [document.id, fileName(document, at)]),
  );
  const questions = dataset.queries.flatMap(({ id, text }): EvalQuestion[] => {
    const right = answers.get(id) ?? [];
    const relevant = [...(dataset.judgements.get(id) ?? [])].filter(([, grade]) => grade > 0);
    const gold = nameOf.get(relevant[0]?.[0] ?? "");
    // Without an answer, or without a document that is there, there is nothing to compare with.
    if (right.length === 0 || gold === undefined) return [];
    return [
      {
        question: text,
        answers: [...new Set(right)],
        goldDocument: gold,
        goldPages: [],
        goldText: null,
        answerable: true,
        order: null,
      },
    ];
  });
  if (questions.length === 0) throw withoutAnswers();
  return {
    id: "xquad",
    name: dataset.name,
    kind: "xquad",
    questions,
    files: dataset.documents.map((document) => ({
      name: nameOf.get(document.id) ?? document.id,
      bytes: new TextEncoder().encode(`# ${document.title}\n\n${document.text}\n`),
    })),
  };
}

function fileName({ title }: BeirDocument, at: number): string {
  const words = title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60);
  return `${String(at + 1).padStart(4, "0")}-${words}.md`;
}

async function readAnswers(path: string, signal: AbortSignal): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>();
  for await (const line of createInterface({ input: createReadStream(path, "utf8") })) {
    if (signal.aborted) throw cancelledError();
    if (line.trim() === "") continue;
    // What is no JSON at all, the loader before has refused.
    const parsed = answerLine.safeParse(JSON.parse(line));
    if (parsed.success) answers.set(parsed.data.queryId, parsed.data.answers);
  }
  return answers;
}

function withoutAnswers(): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "This collection has no answers to compare with.",
    cause: "No line of queries.jsonl has “answers” and a relevant document.",
    suggestion: "Choose a collection such as XQuAD, whose queries carry their answers.",
  });
}
