import { HearthError } from "../../contract/errors.ts";
import { entryPath, pdfjsDir } from "../../paths/entries.ts";
import { LoopLag } from "../../supervisor/LoopLag.ts";
import { toCsv, toJson } from "../bench/exportRuns.ts";
import { measureReading } from "../bench/measureReading.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "bench.state"
  | "bench.run"
  | "bench.cancel"
  | "bench.delete"
  | "bench.restore"
  | "bench.export"
  | "bench.fit"
  | "bench.reading"
  | "bench.lag";

export function benchHandlers(engine: Engine): SomeHandlers<Names> {
  const { bench } = engine;
  const lag = new LoopLag();
  return {
    "bench.fit": async (_input, emit, { signal }) => {
      // Those in memory would be counted as free memory that is not there, and slow the others down.
      await engine.models.rescan();
      await engine.models.reloadIdle();
      return { points: await engine.fitBench.run(emit, signal) };
    },
    "bench.reading": async ({ path, rounds }, { signal }) =>
      await measureReading(path, rounds, {
        pdfjsDir: pdfjsDir(),
        workerPath: entryPath("reader"),
        signal,
      }),
    "bench.lag": () => lag.take(),
    "bench.state": () => bench.state,
    "bench.run": ({ modelId, repeats }, emit, { signal }) =>
      bench.run(modelId, repeats, emit, signal),
    "bench.cancel": async () => {
      await bench.cancel();
      return {};
    },
    "bench.delete": async ({ ids }) => {
      await bench.delete(ids);
      return {};
    },
    "bench.restore": async ({ ids }) => {
      await bench.restore(ids);
      return {};
    },
    "bench.export": async ({ ids, format }, { face }) => {
      const wanted = new Set(ids);
      const runs = bench.state.get().runs.filter((run) => wanted.has(run.id));
      const name = `hearth-benchmarks.${format}`;
      const text = format === "csv" ? toCsv(runs) : toJson(runs);
      const asked = engine.face(face.id);
      if (!asked) return { saved: null, name, text };
      const title = "Export benchmarks";
      const { saved, error } = await asked.ask("dialogs.saveText", { title, name, text });
      if (error) throw HearthError.fromData(error);
      return { saved, name, text };
    },
  };
}
