import { HearthError } from "../../contract/errors.ts";
import type { Engine } from "../Engine.ts";
import { toCsv, toJson, toMarkdown } from "../eval/answers/exportEvals.ts";
import { makeQuestions } from "../eval/answers/makeQuestions.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "evals.state"
  | "evals.list"
  | "evals.run"
  | "evals.continue"
  | "evals.cancel"
  | "evals.delete"
  | "evals.restore"
  | "evals.cases"
  | "evals.export"
  | "evals.set"
  | "evals.saveSet"
  | "evals.deleteSet"
  | "evals.makeQuestions";

const endings = { markdown: "md", csv: "csv", json: "json" } as const;

export function evalHandlers(engine: Engine): SomeHandlers<Names> {
  const { evals, models, store } = engine;
  return {
    "evals.state": () => evals.state,
    "evals.list": () => {
      const { runs, sets } = evals.state.get();
      return { runs, sets };
    },
    "evals.run": (request, emit, { signal }) => evals.run(request, emit, signal),
    "evals.continue": ({ runId }, emit, { signal }) => evals.continue(runId, emit, signal),
    "evals.cancel": async () => {
      await evals.cancel();
      return {};
    },
    "evals.delete": async ({ ids }) => {
      await evals.delete(ids);
      return {};
    },
    "evals.restore": async ({ ids }) => {
      await evals.restore(ids);
      return {};
    },
    "evals.cases": async ({ runId }) => ({ cases: await evals.cases(runId) }),
    "evals.export": async ({ ids, format }, { face }) => {
      const wanted = new Set(ids);
      const runs = evals.state.get().runs.filter((run) => wanted.has(run.id));
      const withCases = async (): Promise<string> =>
        toJson(
          await Promise.all(
            runs.map(async (run) => ({ ...run, cases: await evals.cases(run.id) })),
          ),
        );
      const text =
        format === "json" ? await withCases() : format === "csv" ? toCsv(runs) : toMarkdown(runs);
      const name = `hearth-evaluations.${endings[format]}`;
      const asked = engine.face(face.id);
      if (!asked) return { saved: null, name, text };
      const title = "Export evaluations";
      const { saved, error } = await asked.ask("dialogs.saveText", { title, name, text });
      if (error) throw HearthError.fromData(error);
      return { saved, name, text };
    },
    "evals.set": ({ setId }) => ({ set: evals.set(setId) }),
    "evals.saveSet": async (set) => ({ set: await evals.saveSet(set) }),
    "evals.deleteSet": async ({ setId }) => {
      await evals.deleteSet(setId);
      return {};
    },
    "evals.makeQuestions": async ({ count, modelId, seed }, emit, { signal }) =>
      await makeQuestions(
        { store, models, model: models.find("chat", modelId), count, seed },
        (tried, question) => emit({ tried, question }),
        signal,
      ),
  };
}
