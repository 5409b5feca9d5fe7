import { HearthError } from "../../contract/errors.ts";
import { toSvg } from "../bench/quants/chartSvg.ts";
import { toCsv, toJson, toMarkdown } from "../bench/quants/exportQuants.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "quants.state"
  | "quants.list"
  | "quants.run"
  | "quants.cancel"
  | "quants.delete"
  | "quants.restore"
  | "quants.export";

const formats = {
  markdown: { ending: "md", write: toMarkdown },
  csv: { ending: "csv", write: toCsv },
  json: { ending: "json", write: toJson },
  svg: { ending: "svg", write: toSvg },
} as const;

export function quantBenchHandlers(engine: Engine): SomeHandlers<Names> {
  const { quants } = engine;
  return {
    "quants.state": () => quants.state,
    "quants.list": () => ({ runs: quants.state.get().runs }),
    "quants.run": (request, emit, { signal }) => quants.run(request, emit, signal),
    "quants.cancel": async () => {
      await quants.cancel();
      return {};
    },
    "quants.delete": async ({ ids }) => {
      await quants.delete(ids);
      return {};
    },
    "quants.restore": async ({ ids }) => {
      await quants.restore(ids);
      return {};
    },
    "quants.export": async ({ ids, format }, { face }) => {
      const wanted = new Set(ids);
      const runs = quants.state.get().runs.filter((run) => wanted.has(run.id));
      const { ending, write } = formats[format];
      const name = `hearth-quantizations.${ending}`;
      const text = write(runs);
      const asked = engine.face(face.id);
      if (!asked) return { saved: null, name, text };
      const title = "Export comparisons";
      const { saved, error } = await asked.ask("dialogs.saveText", { title, name, text });
      if (error) throw HearthError.fromData(error);
      return { saved, name, text };
    },
  };
}
