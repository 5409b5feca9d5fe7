import type { FitPoint } from "../../contract/fitBench.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatTable } from "../format.ts";

/** An estimate that is further off than this counts as wrong. */
const mostError = 0.1;

export const benchFit = defineCommand({
  name: "bench fit",
  usage: "",
  summary:
    "Loads every model at many contexts, and compares the memory that it takes with what is foretold",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const { points } = await followStream(
      client.stream("bench.fit", {}, { signal: context.signal }),
      ({ modelId, contextTokens, kvType, point, points: all }) =>
        context.terminal.progress(
          `${point} of ${all}: ${modelId}, ${contextTokens} tokens in ${kvType}`,
        ),
    );
    const measured = points.filter(({ error }) => error !== null);
    const worst = Math.max(0, ...measured.map(({ error }) => Math.abs(error ?? 0)));
    const wrong = measured.filter(({ error }) => Math.abs(error ?? 0) > mostError).length;
    return {
      json: { points, measured: measured.length, worst, mostError, wrong },
      text: fitText(points, measured.length, worst),
      exitCode: wrong > 0 ? 1 : 0,
    };
  },
});

function fitText(points: readonly FitPoint[], measured: number, worst: number): string {
  const percent = (value: number): string =>
    `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;
  const table = formatTable([
    ["MODEL", "CONTEXT", "CACHE", "FORETOLD", "MEASURED", "ERROR"],
    ...points.map((point) => [
      point.modelId,
      String(point.contextTokens),
      point.kvType,
      formatBytes(point.predictedBytes),
      point.measuredBytes === null ? "not measured" : formatBytes(point.measuredBytes),
      point.error === null ? "" : percent(point.error),
    ]),
  ]);
  return `${table}${measured} of ${points.length} points measured; the largest error is ${(100 * worst).toFixed(1)} %.\n`;
}
