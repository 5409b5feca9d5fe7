import type { QuantRun } from "../../../contract/quantBench.ts";
import { layOutChart, pointsOf, type Place } from "../../../contract/quantChart.ts";

const width = 760;
const grey = 'fill="#555555"';
const chartHeight = 420;
/** The rectangle in which the dots stand. */
const plot = { left: 90, top: 76, width: 630, height: 270 } as const;

/** The charts of runs below each other, as on the page: memory across, quality up, a larger dot for a faster file. */
export function toSvg(runs: readonly QuantRun[]): string {
  const height = chartHeight * runs.length;
  const charts = runs.map(
    (run, at) => `<g transform="translate(0 ${at * chartHeight})">\n${chartOf(run)}\n</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...charts,
    "</svg>\n",
  ].join("\n");
}

function chartOf(run: QuantRun): string {
  const points = pointsOf(run);
  const { places, x, y } = layOutChart(points);
  const models = [...new Set(points.map(({ model }) => model))];
  const quality = run.kind === "chat" ? "perplexity against the finest file" : "nDCG@10 of search";
  const memory = points.every(({ memoryIsPeak }) => memoryIsPeak) ? "peak memory" : "file size";
  const tick =
    run.kind === "chat" ? (value: number) => change(-value) : (value: number) => value.toFixed(3);
  return [
    text(plot.left, 22, models.join(", "), 'font-weight="bold" font-size="14"'),
    text(plot.left, 40, `${quality} (up) and ${memory} (across); a filled dot keeps quality`, grey),
    text(
      plot.left,
      56,
      `${run.machine.processor}, ${new Date(run.at).toISOString().slice(0, 10)}`,
      grey,
    ),
    ...y.ticks.flatMap(({ at, value }) => {
      const height = yOf(at);
      return [
        line(plot.left, height, plot.left + plot.width, height, "#dddddd"),
        text(plot.left - 8, height + 4, tick(value), 'text-anchor="end" fill="#555555"'),
      ];
    }),
    ...x.ticks.flatMap(({ at, value }) => {
      const across = xOf(at);
      return [
        line(across, plot.top, across, plot.top + plot.height, "#dddddd"),
        text(
          across,
          plot.top + plot.height + 18,
          `${Math.round(value / 1e6)} MB`,
          'text-anchor="middle" fill="#555555"',
        ),
      ];
    }),
    ...places.map((place) => dot(place, models.length > 1)),
  ].join("\n");
}

function dot({ point, radius, labelSide, labelY, ...at }: Place, several: boolean): string {
  const x = xOf(at.x);
  const gap = radius + 6;
  const side = labelSide === "right" ? 1 : -1;
  const name = several ? `${point.model} ${point.quantization}` : point.quantization;
  return [
    line(x, yOf(at.low), x, yOf(at.high), "#555555"),
    `<circle cx="${fixed(x)}" cy="${fixed(yOf(at.y))}" r="${fixed(radius)}" fill="${point.keeps ? "#555555" : "#ffffff"}" stroke="#555555" stroke-width="2"/>`,
    text(
      x + side * gap,
      yOf(labelY) + 4,
      `${name}, ${point.rate.toFixed(0)} tok/s`,
      `text-anchor="${labelSide === "right" ? "start" : "end"}"`,
    ),
  ].join("\n");
}

function xOf(share: number): number {
  return plot.left + share * plot.width;
}

function yOf(share: number): number {
  return plot.top + (1 - share) * plot.height;
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${stroke}"/>`;
}

/** What a file calls itself is text, whatever it contains. */
function text(x: number, y: number, words: string, attributes: string): string {
  // Characters that XML does not know at all, such as control characters, would make the file unreadable.
  const known = words.replace(/[^\u0020-\ud7ff\ue000-\ufffd]/gu, " ");
  const escaped = known.replace(/[&<>"]/gu, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped}</text>`;
}

function change(rise: number): string {
  const percent = (100 * Math.abs(rise)).toFixed(1);
  if (percent === "0.0") return "±0.0 %";
  return `${rise > 0 ? "+" : "−"}${percent} %`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
