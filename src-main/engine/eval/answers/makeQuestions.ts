import type { EvalQuestion } from "../../../contract/evals.ts";
import type { Model } from "../../../contract/models.ts";
import type { GenerateRequest } from "../../llama/InferenceBackend.ts";
import { ReasoningSplitter } from "../../llama/ReasoningSplitter.ts";
import { checkDocumentsAllowed } from "../../models/remote/documentsGate.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import { stemSet, termsOf } from "../../rag/evidence/terms.ts";
import type { ChunkRecord } from "../../store/records.ts";
import type { Store } from "../../store/Store.ts";
import { libraryEmpty } from "./evalErrors.ts";
import { SeededRandom } from "./sets/SeededRandom.ts";

export interface MakeQuestionsOptions {
  readonly store: Pick<Store, "documents">;
  readonly models: Pick<ModelManager, "use">;
  readonly model: Model;
  readonly count: number;
  readonly seed: number;
}

/** Passages that are tried for each question that is wanted: small models often fail the checks. */
const triesPerQuestion = 8;
/** What is likeliest first; of a passage that has had its turn, something else. */
const firstSampling = { temperature: 0, repeatPenalty: 1.1 } as const;
const laterSampling = { temperature: 0.8, repeatPenalty: 1.1 } as const;
const leastPassageCharacters = 120;
const mostPassageCharacters = 1_600;

/** Both lines, whatever the model would rather write. */
const grammar = `root ::= "Question: " [A-ZÄÖÜ] [^\\n?]{12,180} "?\\nAnswer: " [^\\n]{1,80} "\\n"`;

const instructions =
  "Read the passage. Write one question that it answers, with the names it uses, and the answer: " +
  "a few words, copied from the passage.";

/** One that is done: small models copy how it is done better than they follow what is said. */
const example = {
  passage:
    "The mill at Odell stands below the weir. It was built in 1788 by the brothers Ward, and ground " +
    "wheat for three villages until a flood broke its wheel.",
  written: "Question: Who built the mill at Odell?\nAnswer: the brothers Ward\n",
};

/**
 * Has a model write questions about passages of the library, a passage of another document each time.
 * What it writes is only taken where the answer stands in the passage, word for word.
 */
export async function makeQuestions(
  options: MakeQuestionsOptions,
  onTry: (tried: number, question: EvalQuestion | null) => void,
  signal: AbortSignal,
): Promise<{ questions: EvalQuestion[]; tried: number }> {
  const { store, models, model, count, seed } = options;
  const questions: EvalQuestion[] = [];
  let tried = 0;
  for await (const { chunk, round } of passagesOf(store, new SeededRandom(seed))) {
    if (questions.length >= count || tried >= count * triesPerQuestion) break;
    signal.throwIfAborted();
    const sampling = round === 0 ? firstSampling : { ...laterSampling, seed: seed + tried };
    const written = await writeQuestion(models, model, chunk.text, sampling, signal);
    const question = checkQuestion(written, chunk);
    const known = questions.some((other) => other.question === question?.question);
    tried++;
    if (question && !known) questions.push(question);
    onTry(tried, known ? null : question);
  }
  if (tried === 0) throw libraryEmpty();
  return { questions, tried };
}

/**
 * Passages with something to ask about, one of each document before the second of any; after the last of
 * all they come again, in the next round, for as long as there are any.
 */
async function* passagesOf(
  store: Pick<Store, "documents">,
  random: SeededRandom,
): AsyncGenerator<{ readonly chunk: ChunkRecord; readonly round: number }> {
  const all: ChunkRecord[] = [];
  for await (const chunk of passagesOnce(store, random)) {
    all.push(chunk);
    yield { chunk, round: 0 };
  }
  for (let round = 1; all.length > 0; round++) for (const chunk of all) yield { chunk, round };
}

async function* passagesOnce(
  store: Pick<Store, "documents">,
  random: SeededRandom,
): AsyncGenerator<ChunkRecord> {
  const documents = (await store.documents.list()).filter(
    ({ status, attachment }) => status === "ready" && !attachment,
  );
  let left: ChunkRecord[][] = [];
  for (const { id, version } of random.shuffled(documents)) {
    const chunks = (await store.documents.chunksOf(id, version)).filter(
      ({ text }) => text.length >= leastPassageCharacters && text.length <= mostPassageCharacters,
    );
    const shuffled = random.shuffled(chunks);
    const first = shuffled.pop();
    if (first) yield first;
    left.push(shuffled);
  }
  while (left.length > 0) {
    for (const chunks of left) {
      const next = chunks.pop();
      if (next) yield next;
    }
    left = left.filter((chunks) => chunks.length > 0);
  }
}

async function writeQuestion(
  models: Pick<ModelManager, "use">,
  model: Model,
  passage: string,
  sampling: NonNullable<GenerateRequest["sampling"]>,
  signal: AbortSignal,
): Promise<string> {
  checkDocumentsAllowed(model);
  return await models.use(
    model,
    "chat",
    async (backend) => {
      const events = backend.generate(
        {
          prompt: {
            kind: "chat",
            messages: [
              { role: "system", content: instructions },
              { role: "user", content: `Passage:\n${example.passage}` },
              { role: "assistant", content: example.written },
              { role: "user", content: `Passage:\n${passage}` },
            ],
          },
          maxTokens: 160,
          sampling,
          grammar,
        },
        { signal, priority: "background" },
      );
      const splitter = new ReasoningSplitter();
      let said = "";
      for await (const event of events)
        if (event.type === "text") said += splitter.push(event.text).text;
      signal.throwIfAborted();
      return said + splitter.end().text;
    },
    signal,
  );
}

/**
 * What a model wrote, as a question with its place, or null where it cannot be relied on: the answer
 * has to stand in the passage and to be short, and the question must not give it away and has to be
 * about the passage.
 */
export function checkQuestion(
  written: string,
  chunk: Pick<ChunkRecord, "text" | "documentId" | "page" | "parts" | "sentences">,
): EvalQuestion | null {
  const lines = /Question:\s*(?<question>[^\n]+\?)\s*\nAnswer:\s*(?<answer>[^\n]+)/u.exec(written);
  const question = lines?.groups?.["question"]?.trim() ?? "";
  const answer = (lines?.groups?.["answer"] ?? "").trim().replace(/^["“']|["”'.]+$/gu, "");
  const words = answer.split(/\s+/u).length;
  if (answer.length < 2 || words > 12) return null;
  const at = chunk.text.toLowerCase().indexOf(answer.toLowerCase());
  if (at < 0 || !isWhole(chunk.text, at, at + answer.length)) return null;
  if (question.toLowerCase().includes(answer.toLowerCase())) return null;
  const asked = termsOf(question);
  const told = stemSet(chunk.text);
  if (asked.filter(({ stem }) => told.has(stem)).length < 2) return null;
  const part = chunk.parts.findLast(({ textStart }) => textStart <= at);
  const page = chunk.page === null ? undefined : (part?.page ?? chunk.page);
  return {
    question,
    answers: [chunk.text.slice(at, at + answer.length).replace(/\s+/gu, " ")],
    goldDocument: chunk.documentId,
    goldPages: page === undefined ? [] : [page],
    goldText: null,
    answerable: true,
    order: null,
  };
}

/** Whether a stretch begins and ends between words. */
function isWhole(text: string, start: number, end: number): boolean {
  const isLetter = (at: number): boolean => /[\p{L}\p{N}]/u.test(text.charAt(at));
  return !(isLetter(start - 1) && isLetter(start)) && !(isLetter(end - 1) && isLetter(end));
}
