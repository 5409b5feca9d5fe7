import { z } from "zod";
import { stream } from "./defineRoute.ts";
import { intervalSchema } from "./system.ts";

/** Shares from 0 to 1 of the questions that are declined below a threshold. */
const declinedSchema = z.object({
  threshold: z.number(),
  /** Of those that the library answers: wrongly declined. */
  answerable: z.number(),
  /** Of those whose document was taken away, while its siblings stayed. */
  removed: z.number(),
  /** Of those about something else; null where there are none. */
  elsewhere: z.number().nullable(),
});

/** How well evidence strength tells questions that a library answers from others. */
const strengthReportSchema = z.object({
  questions: z.object({ answerable: z.int(), removed: z.int(), elsewhere: z.int() }),
  /** Chance that an answerable question has stronger evidence than another one. */
  auroc: z.object({ removed: z.number(), elsewhere: z.number().nullable() }),
  /** Where one in ten of the answerable questions is wrongly declined. */
  atTenPercent: declinedSchema,
  /** For thresholds from 0 to 1. */
  curve: z.array(declinedSchema),
});
export type StrengthReport = z.infer<typeof strengthReportSchema>;
export type Declined = z.infer<typeof declinedSchema>;

/** A share of questions with the first query alone, and with the others that are tried where it is weak. */
const rewritingRowSchema = z.object({
  /** `quoted`: an answerable question is answered, and what is quoted holds the answer. */
  of: z.enum([
    "answerable declined",
    "answerable quoted",
    "removed declined",
    "elsewhere declined",
  ]),
  questions: z.int(),
  without: z.number(),
  with: z.number(),
  /** With less without. */
  difference: intervalSchema,
});
export type RewritingRow = z.infer<typeof rewritingRowSchema>;

export const abstentionEvalSchema = z.object({
  dataset: z.string(),
  documents: z.int(),
  /** The product as it is, with its threshold, on all questions. */
  shipped: strengthReportSchema.extend({ atThreshold: declinedSchema }),
  /**
   * Weights and threshold from one half of the articles, measured on the other: at the threshold that
   * declines one in ten answerable questions of the half that was fitted on, and as a curve.
   */
  halves: z.array(strengthReportSchema.extend({ fittedOn: z.int(), atChosen: declinedSchema })),
  /** What trying other queries changes, with the product as it is. */
  rewriting: z.array(rewritingRowSchema),
  /** Of the questions about something else, by where they come from, declined as shipped. */
  sources: z.array(z.object({ source: z.string(), questions: z.int(), declined: z.number() })),
});
export type AbstentionEval = z.infer<typeof abstentionEvalSchema>;

export const abstentionEvalRoutes = {
  /** Measures when Hearth says that documents do not answer, on a collection with judgements. */
  "eval.abstention": stream(
    z.object({
      dataDir: z.string().min(1),
      /** Another collection, whose questions this one does not answer. */
      elsewhereDir: z.string().min(1).optional(),
    }),
    z.object({ stage: z.string(), done: z.int(), total: z.int() }),
    abstentionEvalSchema,
  ),
} as const;
