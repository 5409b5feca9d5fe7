import type { EmbedderRow, QuantRow, QuantRun } from "./quantBench.ts";

/** Perplexity that is at most so much above the finest file's counts as kept. */
const mostRise = 0.01;
/** And so does search that finds at most so much less, in nDCG@10. */
const mostLoss = 0.01;

/** One measured file as the chart and the sentences about the choice see it. */
export interface Point {
  readonly id: string;
  readonly model: string;
  readonly quantization: string;
  readonly finest: boolean;
  /** Peak memory, or the file's size where the system does not tell that. */
  readonly memory: number;
  readonly memoryIsPeak: boolean;
  /** Tokens written, or turned into vectors, per second. */
  readonly rate: number;
  /** What is better is larger: for chats the change of perplexity, negated; for search nDCG@10. */
  readonly quality: number;
  /** Standard error of the quality; 0 where it has none. */
  readonly error: number;
  /** Whether it keeps the finest file's quality. */
  readonly keeps: boolean;
}

export function pointsOf(run: QuantRun): Point[] {
  // Where the system tells of one file and not of another, sizes are compared with sizes.
  const rows: readonly (QuantRow | EmbedderRow)[] = run.rows;
  const allPeaks = rows.every(({ peakBytes }) => peakBytes !== null);
  const facts = (
    row: QuantRow | EmbedderRow,
  ): Omit<Point, "rate" | "quality" | "error" | "keeps"> => ({
    id: row.modelId,
    model: row.model,
    quantization: row.quantization,
    finest: row.reference,
    memory: (allPeaks ? row.peakBytes : null) ?? row.bytes,
    memoryIsPeak: allPeaks,
  });
  if (run.kind === "chat") {
    return run.rows.map((row) => {
      const { rise, error } = riseOf(row);
      return {
        ...facts(row),
        rate: row.decode.median,
        quality: rise === 0 ? 0 : -rise,
        error,
        keeps: rise + error <= mostRise,
      };
    });
  }
  return run.rows.map((row) => {
    const finest = run.rows.find((other) => other.reference && other.model === row.model) ?? row;
    return {
      ...facts(row),
      rate: row.embedding.median,
      quality: row.hybrid.ndcgAt10,
      error: 0,
      keeps: row.hybrid.ndcgAt10 >= finest.hybrid.ndcgAt10 - mostLoss,
    };
  });
}

/** How much higher a file's perplexity is than the finest file's: 0.05 is five percent. */
export function riseOf({ reading }: Pick<QuantRow, "reading">): { rise: number; error: number } {
  const { against } = reading;
  return against
    ? { rise: against.perplexityRatio - 1, error: against.ratioError }
    : { rise: 0, error: 0 };
}

/** A point's place in the chart: shares of its width and height, from the lower left corner. */
export interface Place {
  readonly point: Point;
  readonly x: number;
  readonly y: number;
  /** Ends of its error bar. */
  readonly low: number;
  readonly high: number;
  /** Radius in pixels. */
  readonly radius: number;
  /** Where its label stands: shares of the height from below, so that none covers another. */
  readonly labelY: number;
  readonly labelSide: "left" | "right";
}

export interface Axis {
  /** Share of the axis, and the value there. */
  readonly ticks: readonly { readonly at: number; readonly value: number }[];
}

export interface ChartLayout {
  readonly places: readonly Place[];
  readonly x: Axis;
  readonly y: Axis;
}

const radii = { least: 4, most: 10 } as const;
/** Labels stand at least this share of the height apart, and this far from another file's dot. */
const labelGap = 0.075;
const dotGap = 0.07;
/** Share of the width that a label takes. */
const labelWidth = 0.24;
const leastLabelY = 0.04;
const mostLabelY = 0.95;

/** Where everything of the chart stands. */
export function layOutChart(points: readonly Point[]): ChartLayout {
  const memories = points.map(({ memory }) => memory);
  const [left, right] = padded(Math.min(...memories), Math.max(...memories), 0.1);
  const x = axis(Math.max(0, left), right, 4);
  const lows = points.map(({ quality, error }) => quality - error);
  const highs = points.map(({ quality, error }) => quality + error);
  const y = axis(...padded(Math.min(...lows), Math.max(...highs), 0.004), 5);
  const fastest = Math.max(...points.map(({ rate }) => rate), 1e-9);
  const placed = points.map((point) => ({
    point,
    x: x.of(point.memory),
    y: y.of(point.quality),
    low: y.of(point.quality - point.error),
    high: y.of(point.quality + point.error),
    radius: radii.least + (radii.most - radii.least) * Math.sqrt(Math.max(0, point.rate) / fastest),
    labelSide: x.of(point.memory) > 0.62 ? ("left" as const) : ("right" as const),
  }));
  return { places: spreadLabels(placed), x, y };
}

/** From a round value to another one, in about so many round steps. */
function axis(
  low: number,
  high: number,
  steps: number,
): Axis & { readonly of: (value: number) => number } {
  const step = niceStep(high - low, steps);
  const from = Math.floor(low / step + 1e-9) * step;
  const count = Math.max(1, Math.ceil((high - from) / step - 1e-9));
  return {
    of: (value) => (value - from) / (count * step),
    ticks: Array.from({ length: count + 1 }, (_, n) => ({
      at: n / count,
      value: from + n * step,
    })),
  };
}

/** Labels from above to below; of two that would stand over each other, the lower one moves. */
function spreadLabels(places: readonly Omit<Place, "labelY">[]): Place[] {
  const labelled: Place[] = [];
  for (const place of places.toSorted((one, other) => other.y - one.y)) {
    const above = labelled.filter((other) => isOver(place, other)).map(({ labelY }) => labelY);
    const labelY = Math.min(
      freeHeight(place, places),
      mostLabelY,
      ...above.map((y) => y - labelGap),
    );
    labelled.push({ ...place, labelY });
  }
  // What was pushed out at the bottom pushes the others up again.
  for (let at = labelled.length - 1; at >= 0; at--) {
    const place = labelled[at];
    if (!place) continue;
    const below = labelled.slice(at + 1).filter((other) => isOver(place, other));
    const least = Math.max(leastLabelY, ...below.map(({ labelY }) => labelY + labelGap));
    labelled[at] = { ...place, labelY: Math.max(place.labelY, least) };
  }
  return labelled;
}

type Labelled = Pick<Place, "x" | "labelSide">;

/** Whether two labels share some of the width. */
function isOver(one: Labelled, other: Labelled): boolean {
  const startOf = ({ x, labelSide }: Labelled): number =>
    labelSide === "right" ? x : x - labelWidth;
  return Math.abs(startOf(one) - startOf(other)) < labelWidth;
}

/** Beside its own dot, or above another one that stands where the label would be. */
function freeHeight(
  { x, y, labelSide }: Omit<Place, "labelY">,
  places: readonly Omit<Place, "labelY">[],
): number {
  const inTheWay = places.filter((other) => {
    const away = labelSide === "right" ? other.x - x : x - other.x;
    return away > 0 && away < labelWidth && Math.abs(other.y - y) < dotGap;
  });
  return inTheWay.length === 0 ? y : Math.max(...inTheWay.map((other) => other.y)) + dotGap;
}

/** With room on both sides. @param least a span that is not zero, as a share of the largest where that is above 1 */
function padded(low: number, high: number, least: number): [number, number] {
  const span = Math.max(high - low, least * Math.max(1, Math.abs(high)));
  const middle = (low + high) / 2;
  return [middle - 0.62 * span, middle + 0.62 * span];
}

/** A step of 1, 2, 2.5 or 5 times a power of ten, so that `count` of them cover the span. */
export function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}
