import { defaultSettings, plainFusion, type RetrievalSettings } from "../retrieval/settings.ts";
import { pairedBootstrap, type Interval } from "./bootstrap.ts";
import { average, type QueryScores, type RetrievalMetrics } from "./queryScores.ts";

/** Scores of all queries with these settings, in the order of the queries. */
export type ScoreWith = (settings: RetrievalSettings) => Promise<QueryScores>;

export interface Gain {
  readonly ndcgAt10: Interval;
  readonly recallAt10: Interval;
}

/** What search finds with something switched off. */
export interface AblationRow {
  readonly name: string;
  readonly metrics: RetrievalMetrics;
  /** How much more the product's own settings find. */
  readonly gain: Gain;
}

export interface FoldsResult {
  readonly folds: number;
  /** Of the queries of all folds, each with the settings that did best on the others. */
  readonly metrics: RetrievalMetrics;
  /** Over reciprocal rank fusion alone. */
  readonly gain: Gain;
  /** The settings chosen for each fold. */
  readonly chosen: RetrievalSettings[];
}

const switches: readonly { readonly name: string; readonly settings: RetrievalSettings }[] = [
  { name: "ranks instead of scores", settings: { ...defaultSettings, fusion: "rank" } },
  { name: "without neighbours", settings: { ...defaultSettings, neighbourShare: 0 } },
  { name: "rank fusion alone", settings: plainFusion },
];

const withoutReranker = {
  name: "without reranker",
  settings: { ...defaultSettings, rerankShare: 0 },
};

/** Few values, far apart: a fine grid would choose what fits by chance. */
const grid: readonly RetrievalSettings[] = [0.4, 0.5, 0.6].flatMap((vectorShare) =>
  [0, 0.25, 0.5].map((neighbourShare) => ({
    ...defaultSettings,
    vectorShare,
    neighbourShare,
    // What the lists are worth is measured alone: a reranker that reads every trial would take hours.
    rerankShare: 0,
  })),
);

/**
 * A row for each technique that can be switched off.
 * @param options.reranks whether there is a model that reads found passages again
 */
export async function ablate(
  scoreWith: ScoreWith,
  options: { readonly reranks: boolean },
): Promise<AblationRow[]> {
  const own = await scoreWith(defaultSettings);
  const rows: AblationRow[] = [];
  for (const { name, settings } of [...switches, ...(options.reranks ? [withoutReranker] : [])]) {
    const scores = await scoreWith(settings);
    rows.push({ name, metrics: average(scores), gain: gainOf(own, scores) });
  }
  return rows;
}

/**
 * Cross-validation: every fold of the queries is searched with the settings of a small grid whose mean
 * nDCG@10 was best on all other folds.
 *
 * @param folds at least 2. The queries are dealt out in turn.
 */
export async function crossValidate(scoreWith: ScoreWith, folds: number): Promise<FoldsResult> {
  const tried: { settings: RetrievalSettings; scores: QueryScores }[] = [];
  for (const settings of grid) tried.push({ settings, scores: await scoreWith(settings) });
  const plain = await scoreWith(plainFusion);
  const chosen = Array.from({ length: folds }, (_, fold) =>
    tried
      .map((one) => ({
        ...one,
        others: average(one.scores.filter((_scores, at) => at % folds !== fold)).ndcgAt10,
      }))
      .reduce((best, one) => (one.others > best.others ? one : best)),
  );
  const held = plain.map((none, at) => chosen[at % folds]?.scores[at] ?? none);
  return {
    folds,
    metrics: average(held),
    gain: gainOf(held, plain),
    chosen: chosen.map(({ settings }) => settings),
  };
}

function gainOf(better: QueryScores, than: QueryScores): Gain {
  const of = (metric: keyof RetrievalMetrics): Interval =>
    pairedBootstrap(
      better.map((scores) => scores[metric]),
      than.map((scores) => scores[metric]),
    );
  return { ndcgAt10: of("ndcgAt10"), recallAt10: of("recallAt10") };
}
