import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { modelIdSchema } from "./ids.ts";

/** A question whose right answer is known. */
export const evalQuestionSchema = z.object({
  question: z.string().min(1).max(2_000),
  /** Each of them is right. Empty where there is nothing to answer, or where only the place is known. */
  answers: z.array(z.string().min(1).max(1_000)).max(20),
  /** The document that answers: an id of the library, or a file's name in a set with its own documents. */
  goldDocument: z.string().min(1).max(400).nullable(),
  /** Pages of it that answer; empty where the document is enough. */
  goldPages: z.array(z.int().min(1)).max(100).default([]),
  /** Words of the document that answer. */
  goldText: z.string().max(4_000).nullable().default(null),
  /** False: the documents do not say it, and Hearth should say so. */
  answerable: z.boolean(),
  /** What its document orders the model to do, and the word by which one sees that it did. */
  order: z
    .object({ text: z.string().max(4_000), canary: z.string().min(1).max(200) })
    .nullable()
    .default(null),
});
export type EvalQuestion = z.infer<typeof evalQuestionSchema>;

/** `invented`, `xquad` and `injections` bring their documents; `own` asks the user's library. */
export const evalSetKindSchema = z.enum(["invented", "xquad", "injections", "own"]);
export type EvalSetKind = z.infer<typeof evalSetKindSchema>;

const idSchema = z.string().min(1).max(64);

/** Questions of the user about the own library. */
export const evalSetSchema = z.object({
  id: idSchema,
  name: z.string().trim().min(1).max(200),
  createdAt: z.number(),
  questions: z.array(evalQuestionSchema).min(1).max(5_000),
});
export type EvalSet = z.infer<typeof evalSetSchema>;

export const evalSetSummarySchema = evalSetSchema
  .pick({ id: true, name: true, createdAt: true })
  .extend({ questions: z.int(), answerable: z.int() });
export type EvalSetSummary = z.infer<typeof evalSetSummarySchema>;

/**
 * Who answers:
 * - `plain`: the model alone, without documents;
 * - `rag`: the model from the documents, as in a chat;
 * - `extractive`: the documents' own words, without a model.
 */
export const evalModeSchema = z.enum(["plain", "rag", "extractive"]);
export type EvalMode = z.infer<typeof evalModeSchema>;

const share = z.number().min(0).max(1);

/** What is measured of one answer. Null where it does not apply. Shares go from 0 to 1. */
export const caseScoresSchema = z.object({
  /** Of the ranking of pages (or documents) that search made for the question. */
  recallAt1: share.nullable(),
  recallAt5: share.nullable(),
  recallAt10: share.nullable(),
  mrrAt10: share.nullable(),
  ndcgAt10: share.nullable(),
  /** Citations that lead to a right page, of all; right pages that are cited, of all. */
  citationPrecision: share.nullable(),
  citationRecall: share.nullable(),
  /** Whether the first citation leads to a right page. */
  pageCorrect: share.nullable(),
  /** Whether a cited quote holds the answer. */
  goldInQuote: share.nullable(),
  /** Against the known answers, normalised as in SQuAD; `contained`: the answer stands in the text. */
  exactMatch: share.nullable(),
  f1: share.nullable(),
  contained: share.nullable(),
  /** Sentences that the retrieved passages support, of all sentences. */
  faithfulness: share.nullable(),
  /** Whether the model followed an order of a document; whether it only wrote the order down again. */
  obeyed: share.nullable(),
  repeatedOrder: share.nullable(),
});
export type CaseScores = z.infer<typeof caseScoresSchema>;
export type ScoreName = keyof CaseScores;

const supportSchema = z.enum(["supported", "partly", "unsupported"]);

/** One question, answered and judged. */
export const evalCaseSchema = z.object({
  /** Place in the run's arms, and in its questions. */
  arm: z.int().min(0),
  index: z.int().min(0),
  question: z.string(),
  expected: z.array(z.string()),
  answerable: z.boolean(),
  /** The words that were compared with the known answers. */
  predicted: z.string(),
  abstained: z.boolean(),
  sentences: z.array(z.object({ text: z.string(), support: supportSchema })),
  citations: z.array(
    z.object({ document: z.string(), page: z.int().nullable(), quote: z.string() }),
  ),
  ms: z.number(),
  scores: caseScoresSchema,
});
export type EvalCase = z.infer<typeof evalCaseSchema>;

/** How often it answered and declined; only questions of the set that are known to be either count. */
export const abstentionSchema = z.object({
  answered: z.int(),
  wronglyDeclined: z.int(),
  wronglyAnswered: z.int(),
  declined: z.int(),
});
export type Abstention = z.infer<typeof abstentionSchema>;

/** Everything that one way of answering reached: means over the questions that each number applies to. */
export const evalArmSchema = z.object({
  mode: evalModeSchema,
  /** Null for `extractive`. */
  modelId: modelIdSchema.nullable(),
  model: z.string(),
  quantization: z.string(),
  /** Questions that were put so far. */
  done: z.int(),
  scores: caseScoresSchema,
  /** How many sentences `faithfulness` is about. */
  sentences: z.int(),
  abstention: abstentionSchema,
  /** The middle time of an answer. */
  medianMs: z.number(),
});
export type EvalArm = z.infer<typeof evalArmSchema>;

/** How far the rule for faithfulness agrees with sentences that were judged by reading. */
export const agreementSchema = z.object({
  cases: z.int(),
  agreed: z.int(),
  /** Cohen's kappa: agreement beyond chance, 1 at best. */
  kappa: z.number(),
});
export type Agreement = z.infer<typeof agreementSchema>;

export const evalRunSchema = z.object({
  id: idSchema,
  at: z.number(),
  hearthVersion: z.string(),
  /** `stopped`: what was measured until then is kept, and can be gone on with. */
  status: z.enum(["complete", "stopped"]),
  setId: z.string(),
  setName: z.string(),
  setKind: evalSetKindSchema,
  /** The folder of `xquad`. */
  dataDir: z.string().nullable(),
  /** Tells whether a set is still the same. */
  setHash: z.string(),
  seed: z.int(),
  questions: z.int(),
  documents: z.int(),
  embedder: z.string(),
  /** Lines that the network log got meanwhile, from all of Hearth: refused requests count too. */
  requests: z.int(),
  agreement: agreementSchema.nullable(),
  arms: z.array(evalArmSchema).min(1),
});
export type EvalRun = z.infer<typeof evalRunSchema>;

export const evalProgressSchema = z.object({
  setName: z.string(),
  startedAt: z.number(),
  stage: z.enum(["reading", "answering"]),
  mode: evalModeSchema.nullable(),
  /** Name and quantization; "" where no model answers. */
  model: z.string(),
  done: z.int(),
  total: z.int(),
  /** About how long the answers that are left take; null while that is not known. */
  msLeft: z.number().nullable(),
});
export type EvalProgress = z.infer<typeof evalProgressSchema>;

export const evalsStateSchema = z.object({
  current: evalProgressSchema.nullable(),
  /** Newest first. */
  runs: z.array(evalRunSchema),
  /** The user's own. */
  sets: z.array(evalSetSummarySchema),
});
export type EvalsState = z.infer<typeof evalsStateSchema>;

export const evalFormatSchema = z.enum(["markdown", "csv", "json"]);
export type EvalFormat = z.infer<typeof evalFormatSchema>;

const idsSchema = z.array(idSchema).min(1).max(10_000);

export const evalRoutes = {
  /**
   * Puts the questions of a set in each of the chosen ways, one at a time, and keeps all answers and
   * numbers. Cancelled, what was measured is kept as `stopped`.
   */
  "evals.run": stream(
    z.object({
      /** `invented`, `xquad`, `injections`, or the id of an own set. */
      setId: idSchema.default("invented"),
      /** Where `xquad` lies: a folder with corpus.jsonl, queries.jsonl and qrels.tsv. */
      dataDir: z.string().min(1).nullable().default(null),
      /** So many of the questions, evenly spread; all when left out. */
      questions: z.int().min(1).max(5_000).nullable().default(null),
      modes: z.array(evalModeSchema).min(1).max(3).default(["plain", "rag", "extractive"]),
      /** The model for new chats when empty. */
      modelIds: z.array(modelIdSchema).max(20).default([]),
      seed: z.int().min(0).max(4_294_967_295).default(1),
    }),
    evalProgressSchema,
    evalRunSchema,
  ),
  /** Goes on with a stopped run, with its own set, models and questions. */
  "evals.continue": stream(z.object({ runId: idSchema }), evalProgressSchema, evalRunSchema),
  /** What is kept. */
  "evals.list": call(z.object({}), evalsStateSchema.pick({ runs: true, sets: true })),
  /** Ends the evaluation that runs, whoever started it. */
  "evals.cancel": call(z.object({}), z.object({})),
  "evals.delete": call(z.object({ ids: idsSchema }), z.object({})),
  /** Brings back what was deleted since the engine started. */
  "evals.restore": call(z.object({ ids: idsSchema }), z.object({})),
  /** Every answer of a run, in the order of its arms and questions. */
  "evals.cases": call(z.object({ runId: idSchema }), z.object({ cases: z.array(evalCaseSchema) })),
  /** As `bench.export`. Markdown is the table; JSON has every answer. */
  "evals.export": call(
    z.object({ ids: idsSchema, format: evalFormatSchema }),
    z.object({ saved: z.boolean().nullable(), name: z.string(), text: z.string() }),
  ),
  "evals.set": call(z.object({ setId: idSchema }), z.object({ set: evalSetSchema })),
  /** Keeps a set; one with the same id is replaced. */
  "evals.saveSet": call(
    evalSetSchema.omit({ createdAt: true, id: true }).extend({ id: idSchema.nullable() }),
    z.object({ set: evalSetSchema }),
  ),
  "evals.deleteSet": call(z.object({ setId: idSchema }), z.object({})),
  /**
   * Has the model write questions about passages of the library, spread over its documents. Only those
   * whose answer stands in the passage, word for word, and not in the question are given. Nothing is kept.
   */
  "evals.makeQuestions": stream(
    z.object({
      count: z.int().min(1).max(200).default(20),
      modelId: modelIdSchema.nullable().default(null),
      seed: z.int().min(0).max(4_294_967_295).default(1),
    }),
    z.object({ tried: z.int(), question: evalQuestionSchema.nullable() }),
    z.object({ questions: z.array(evalQuestionSchema), tried: z.int() }),
  ),
} as const;
