import type { Sampling } from "../../contract/chat.ts";
import type { DocumentId, ModelId } from "../../contract/ids.ts";
import type { Location } from "../../contract/locations.ts";
import type {
  AnswerSentence,
  AskEvent,
  Citation,
  GroundedAnswer,
  Receipt,
} from "../../contract/search.ts";
import { HearthError } from "../../contract/errors.ts";
import type { PassageIndex } from "../library/PassageIndex.ts";
import { splitSentences } from "../library/chunks/splitSentences.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import { ReasoningSplitter } from "../llama/ReasoningSplitter.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { Passage, PassageRetriever } from "../retrieval/PassageRetriever.ts";
import type { Stretch } from "../store/records.ts";
import { alignSentence } from "./evidence/alignSentence.ts";
import { gradeEvidence, type Evidence, type EvidenceSentence } from "./evidence/gradeEvidence.ts";
import { declineBelow } from "./evidence/strengthModel.ts";
import { buildPrompt } from "./prompt.ts";
import { goesRound, withoutRepeats } from "./repeats.ts";
import { StepClock } from "./StepClock.ts";

const retrieveLimit = 24;
/** Passages that go into the prompt at most, and the part of the context they may fill. */
const promptPassages = 4;
const promptShare = 0.5;
const promptTokenLimit = 1200;
const answerTokens = 192;
const evidenceCards = 4;
/** A sentence is shown as evidence from this part of the best one's score on. */
const evidenceShare = 0.5;

export interface AskRequest {
  question: string;
  documentIds?: DocumentId[] | undefined;
  modelId?: ModelId | null | undefined;
  sampling?: Sampling | undefined;
}

export interface AnswerServiceOptions {
  retriever: PassageRetriever;
  passages: PassageIndex;
  models: ModelManager;
  /** Where a stretch of a chunk's text stands in its document. */
  locate: (passage: Passage, stretch: Stretch) => Promise<Location>;
}

type Emit = (event: AskEvent) => void;

/**
 * Answers from documents: retrieve, grade in code, and only then let a model speak. The answer opens
 * with the best sentence, word for word; what the model adds is checked sentence by sentence. A
 * model is not needed for the quote, nor for saying that the documents do not answer.
 */
export class AnswerService {
  readonly #options: AnswerServiceOptions;

  constructor(options: AnswerServiceOptions) {
    this.#options = options;
  }

  async answer(request: AskRequest, emit: Emit, signal: AbortSignal): Promise<GroundedAnswer> {
    const clock = new StepClock((name) => emit({ type: "step", name }));
    const { retriever, passages } = this.#options;
    const found = await clock.step("retrieve", () =>
      retriever.retrieve(request.question, {
        limit: retrieveLimit,
        signal,
        ...(request.documentIds ? { documentIds: request.documentIds } : {}),
      }),
    );
    const evidence = await clock.step("grade", () =>
      gradeEvidence(
        request.question,
        found.map((passage) => ({
          chunkId: passage.chunk.id,
          text: passage.chunk.text,
          context: passage.chunk.context,
          sentences: passage.chunk.sentences,
          explain: passage.explain,
        })),
        (texts) => passages.embed(texts, { signal, priority: "chat" }),
      ),
    );
    const cited = new CitationList(found, this.#options.locate);
    if (evidence.strength < declineBelow || evidence.sentences.length === 0) {
      return this.#decline(request, found, evidence, clock);
    }
    const quote = evidence.quote ?? evidence.sentences[0]!;
    await cited.add(quote);
    for (const sentence of evidence.sentences) {
      const worthShowing = sentence.score >= quote.score * evidenceShare;
      if (cited.list.length >= evidenceCards || !worthShowing) break;
      await cited.add(sentence);
    }
    emit({ type: "evidence", citations: [...cited.list] });
    const opening = `> ${oneLine(cited.list[0]!.quote)} [1]`;
    emit({ type: "delta", text: opening });
    clock.firstText();
    const used = this.#choosePassages(found, evidence);
    const spoken = await this.#speak(request, used, emit, clock, signal);
    const sentences = await clock.step("check", () =>
      this.#check(spoken.text, evidence, cited, signal),
    );
    const body = sentences.map(withMarks).join(" ");
    return {
      answer: body === "" ? opening : `${opening}\n\n${body}`,
      abstained: false,
      sentences: [{ ...wordForWord, text: oneLine(cited.list[0]!.quote) }, ...sentences],
      citations: cited.list,
      receipt: this.#receipt(request, found, used, evidence, clock, spoken),
    };
  }

  #decline(
    request: AskRequest,
    found: Passage[],
    evidence: Evidence,
    clock: StepClock,
  ): GroundedAnswer {
    const where = request.documentIds ? "the chosen documents" : "your documents";
    const text =
      found.length === 0
        ? `I found nothing about this in ${where}.`
        : `I could not find an answer to this in ${where}.`;
    clock.firstText();
    return {
      answer: text,
      abstained: true,
      sentences: [],
      citations: [],
      receipt: this.#receipt(request, found, [], evidence, clock, nothingSpoken),
    };
  }

  /** The passages with the best sentences, then the best ranked, as many as the prompt takes. */
  #choosePassages(found: Passage[], evidence: Evidence): Passage[] {
    const order = [...new Set(evidence.sentences.map((sentence) => sentence.chunkId))];
    const byId = new Map(found.map((passage) => [passage.chunk.id, passage]));
    const ranked = [...order.flatMap((id) => byId.get(id) ?? []), ...found];
    return [...new Set(ranked)].slice(0, promptPassages);
  }

  async #speak(
    request: AskRequest,
    used: Passage[],
    emit: Emit,
    clock: StepClock,
    signal: AbortSignal,
  ): Promise<Spoken> {
    const { models } = this.#options;
    let model;
    try {
      model = models.find("chat", request.modelId);
    } catch (error) {
      // Without a chat model the quote is the answer; a model that was asked for by name is missed.
      if (error instanceof HearthError && error.code === "model-missing" && !request.modelId) {
        return nothingSpoken;
      }
      throw error;
    }
    return await clock.step("answer", () =>
      models.use(
        model,
        "chat",
        async (backend) => {
          const room = Math.min(
            promptTokenLimit,
            Math.floor(backend.info.contextTokens * promptShare),
          );
          const fitting = await fitPassages(backend, used, room, signal);
          // What did not fit must not be shown as used.
          used.length = fitting.length;
          const prompt = buildPrompt(
            request.question,
            fitting.map(({ chunk, document }) => ({
              document,
              page: chunk.page,
              text: chunk.text,
            })),
          );
          const [system = 0, evidence = 0, question = 0] = await backend.countTokens(
            [prompt.system, prompt.evidence, request.question],
            { signal },
          );
          const spoken: Spoken = {
            ...nothingSpoken,
            model: model.name,
            quantization: model.quantization,
            tokens: { system, history: 0, evidence, question },
          };
          const loop = new AbortController();
          const events = backend.generate(
            {
              prompt: { kind: "chat", messages: prompt.messages },
              maxTokens: Math.min(answerTokens, request.sampling?.maxTokens ?? answerTokens),
              // Greedy: a question about documents has no use for invention.
              sampling: { temperature: 0, repeatPenalty: 1.1 },
            },
            { signal: AbortSignal.any([signal, loop.signal]), priority: "chat" },
          );
          let opened = false;
          let splitter = new ReasoningSplitter();
          // A thought is no answer: it is neither shown nor checked.
          const say = ({ text }: { text: string }): void => {
            if (text === "") return;
            emit({ type: "delta", text: opened ? text : `\n\n${text.trimStart()}` });
            opened = true;
            spoken.text += text;
          };
          for await (const event of events) {
            if (event.type === "prompt") {
              // Told before the first piece of text.
              if (event.opensThought) splitter = new ReasoningSplitter("behindMark");
              emit({
                type: "prompt",
                done: event.evaluatedTokens + event.reusedTokens,
                total: event.totalTokens,
              });
            } else if (event.type === "text") {
              say(splitter.push(event.text));
              // What a model says again, it says for ever. Its counts come with the end.
              if (goesRound(spoken.text)) loop.abort();
            } else if (event.type === "queued") emit(event);
            else {
              say(splitter.end());
              spoken.promptTokens = event.promptTokens;
              spoken.answerTokens = event.tokens;
              spoken.cutOff = event.reason === "length" || event.reason === "context-full";
            }
          }
          signal.throwIfAborted();
          return spoken;
        },
        signal,
      ),
    );
  }

  /** Each sentence of the model beside its best evidence. An answer cut off loses its last stump. */
  async #check(
    text: string,
    evidence: Evidence,
    cited: CitationList,
    signal: AbortSignal,
  ): Promise<AnswerSentence[]> {
    const clean = text.trim();
    const stretches = splitSentences(clean);
    const last = stretches.at(-1);
    const ended = last
      ? /[.!?…。！？]["'”’)\]]*$/u.test(clean.slice(last.start, last.end).trim())
      : true;
    const whole = ended || stretches.length < 2 ? stretches : stretches.slice(0, -1);
    const said = whole.map(({ start, end }) => clean.slice(start, end).trim());
    const sentences: AnswerSentence[] = [];
    for (const sentence of withoutRepeats(said.filter((words) => words !== ""))) {
      const aligned = await alignSentence(sentence, evidence.sentences, (texts) =>
        this.#options.passages.embed(texts, { signal, priority: "chat" }),
      );
      const numbers: number[] = [];
      for (const index of aligned.support === "unsupported" ? [] : aligned.indexes) {
        const citation = await cited.add(evidence.sentences[index]!);
        if (citation) numbers.push(citation.n);
      }
      const { support: supported, missing, claims } = aligned;
      sentences.push({
        text: sentence,
        supported,
        citations: numbers,
        missing: [...missing],
        claims,
      });
    }
    return sentences;
  }

  #receipt(
    request: AskRequest,
    found: Passage[],
    used: Passage[],
    evidence: Evidence,
    clock: StepClock,
    spoken: Spoken,
  ): Receipt {
    const steps = clock.finish();
    const inPrompt = new Set(used.map((passage) => passage.chunk.id));
    return {
      retrieved: found.length,
      used: used.length,
      promptTokens: spoken.promptTokens,
      answerTokens: spoken.answerTokens,
      retrieveMs: clock.ms("retrieve"),
      firstTokenMs: clock.firstTextMs,
      totalMs: steps.reduce((sum, step) => sum + step.ms, 0),
      model: spoken.model,
      quantization: spoken.quantization,
      evidence: evidence.strength,
      threshold: declineBelow,
      query: request.question,
      tokens: spoken.tokens,
      steps,
      passages: found.map((passage) => ({
        document: passage.document,
        page: passage.chunk.page,
        score: passage.score,
        used: inPrompt.has(passage.chunk.id),
        reason: inPrompt.has(passage.chunk.id) ? "" : "ranked below those used",
      })),
    };
  }
}

interface Spoken {
  text: string;
  model: string;
  quantization: string;
  promptTokens: number;
  answerTokens: number;
  cutOff: boolean;
  tokens: Receipt["tokens"];
}

const nothingSpoken: Spoken = {
  text: "",
  model: "",
  quantization: "",
  promptTokens: 0,
  answerTokens: 0,
  cutOff: false,
  tokens: { system: 0, history: 0, evidence: 0, question: 0 },
};

/** The citations of one answer: numbered here, so that none can be invented. */
class CitationList {
  readonly list: Citation[] = [];
  readonly #numbers = new Map<string, Citation>();
  readonly #passages: ReadonlyMap<string, Passage>;
  readonly #locate: AnswerServiceOptions["locate"];

  constructor(passages: readonly Passage[], locate: AnswerServiceOptions["locate"]) {
    this.#passages = new Map(passages.map((passage) => [passage.chunk.id, passage]));
    this.#locate = locate;
  }

  /** The citation of a sentence; the same sentence has the same number. */
  async add(sentence: EvidenceSentence): Promise<Citation | undefined> {
    const passage = this.#passages.get(sentence.chunkId);
    if (!passage) return undefined;
    const key = `${passage.chunk.documentId}:${sentence.text}`;
    const known = this.#numbers.get(key);
    if (known) return known;
    const location = await this.#locate(passage, sentence);
    const citation: Citation = {
      n: this.list.length + 1,
      documentId: passage.chunk.documentId,
      document: passage.document,
      // A chunk may run over to the next page; the sentence itself says where it is.
      page: location.kind === "page" ? location.page : passage.chunk.page,
      quote: sentence.text,
      location,
    };
    this.#numbers.set(key, citation);
    this.list.push(citation);
    return citation;
  }
}

async function fitPassages(
  backend: InferenceBackend,
  passages: readonly Passage[],
  room: number,
  signal: AbortSignal,
): Promise<Passage[]> {
  const counts = await backend.countTokens(
    passages.map((passage) => passage.chunk.text),
    { signal },
  );
  let total = 0;
  const fitting = passages.filter((_, at) => (total += counts[at] ?? 0) <= room);
  // One passage always goes in: it is cut to the model's context by no one, so it has to be small.
  return fitting.length > 0 ? fitting : passages.slice(0, 1);
}

/** Of the quote that an answer opens with. */
const wordForWord: Omit<AnswerSentence, "text"> = {
  supported: "supported",
  citations: [1],
  missing: [],
  claims: true,
};

function withMarks(sentence: AnswerSentence): string {
  const marks = sentence.citations.map((n) => `[${n}]`).join("");
  return marks === "" ? sentence.text : `${sentence.text} ${marks}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
