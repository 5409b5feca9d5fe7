import { explain } from "./explain.ts";
import { byScore } from "./fuse.ts";
import type { FusedHit } from "./rankedList.ts";
import type { RetrievalSettings } from "./settings.ts";

/** So many of the best hits are compared with each other; the work grows with the square. */
const compared = 64;
/** After so many rounds no score changes by more than a thousandth. */
const rounds = 10;

/**
 * Passages that say alike should be worth alike: each hit gets, for a share of its score, the mean
 * score of the hits whose vectors are nearest to its own, weighted by cosine similarity; and so again
 * with the new scores, until they hardly change. A passage that words the matter differently rises with
 * those around it, and one that only shares a word sinks. Known as score regularization (Diaz,
 * "Regularizing ad hoc retrieval scores", CIKM 2005), here as a random walk with restart; it needs no
 * second search and no model.
 *
 * @param hits fused, best first, with their vectors. Those without a vector, and those behind the
 *   best {@link compared}, get nothing from neighbours.
 */
export function smooth(
  hits: readonly FusedHit[],
  settings: Pick<RetrievalSettings, "neighbourShare" | "neighbours">,
): FusedHit[] {
  const { neighbourShare: share, neighbours: count } = settings;
  if (share === 0) return [...hits];
  const near = hits.slice(0, compared);
  const means = neighbourMeans(near, share, count);
  const places = rankOf(means);
  return hits
    .map((hit, at): FusedHit => {
      const own = hit.explain.contributions.map((part) => ({
        ...part,
        contribution: (1 - share) * part.contribution,
      }));
      const mean = means[at] ?? 0;
      if (mean <= 0) return { ...hit, ...explain(own) };
      const rank = places[at] ?? 1;
      const part = { list: "neighbours" as const, rank, raw: mean, contribution: share * mean };
      return { ...hit, ...explain([...own, part]) };
    })
    .sort(byScore);
}

/** For each hit what the `count` nearest others come to in the end; 0 where none is near. */
function neighbourMeans(hits: readonly FusedHit[], share: number, count: number): number[] {
  const nearest = findNearest(hits, count);
  let scores = hits.map(({ score }) => score);
  let means: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = scores;
    means = nearest.map((neighbours) => weightedMean(neighbours, before));
    scores = hits.map(({ score }, at) => (1 - share) * score + share * (means[at] ?? 0));
  }
  return means;
}

function weightedMean(neighbours: readonly Neighbour[], scores: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (const { at, cosine } of neighbours) {
    sum += cosine * (scores[at] ?? 0);
    weight += cosine;
  }
  return weight === 0 ? 0 : sum / weight;
}

/** For each hit the others that are nearest to it, up to `count`. */
function findNearest(hits: readonly FusedHit[], count: number): Neighbour[][] {
  const unit = hits.map(({ vector }) => normalised(vector));
  const nearest = hits.map((): Neighbour[] => []);
  for (let a = 0; a < unit.length; a += 1) {
    for (let b = a + 1; b < unit.length; b += 1) {
      const cosine = dot(unit[a], unit[b]);
      if (cosine <= 0) continue;
      insert(nearest[a]!, { at: b, cosine }, count);
      insert(nearest[b]!, { at: a, cosine }, count);
    }
  }
  return nearest;
}

interface Neighbour {
  readonly at: number;
  readonly cosine: number;
}

/** Keeps the `most` nearest, nearest first; of equally near ones those that came first. */
function insert(neighbours: Neighbour[], one: Neighbour, most: number): void {
  const last = neighbours.at(-1);
  if (neighbours.length >= most && last && last.cosine >= one.cosine) return;
  let place = neighbours.length;
  while (place > 0 && neighbours[place - 1]!.cosine < one.cosine) place -= 1;
  neighbours.splice(place, 0, one);
  if (neighbours.length > most) neighbours.pop();
}

function normalised(vector: Float32Array | undefined): Float32Array | undefined {
  if (!vector) return undefined;
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? undefined : vector.map((value) => value / length);
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
  return sum;
}

/** Places from 1, best first, equal values in their order. */
function rankOf(values: readonly number[]): number[] {
  const order = values
    .map((value, at) => ({ value, at }))
    .sort((a, b) => b.value - a.value || a.at - b.at);
  const places: number[] = [];
  order.forEach(({ at }, place) => (places[at] = place + 1));
  return places;
}
