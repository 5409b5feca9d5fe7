import type { InputOf } from "../../../src-main/contract/defineRoute.ts";
import type { EvalFormat } from "../../../src-main/contract/evals.ts";
import type { Routes } from "../../../src-main/contract/routes.ts";
import { call, link } from "../../api/engine.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { createRunWork } from "../runs/createRunWork.ts";

const work = createRunWork<EvalFormat>({
  cancel: () => call("evals.cancel", {}),
  remove: (ids) => call("evals.delete", { ids }),
  restore: (ids) => call("evals.restore", { ids }),
  save: (ids, format) => call("evals.export", { ids, format }),
  words: () => getStrings().evals,
});

export const {
  useWork: useEvalWork,
  cancel: cancelEval,
  choose: chooseRuns,
  remove: deleteRuns,
  save: exportRuns,
} = work;

/** Puts a set's questions. */
export const runEval = (request: InputOf<Routes["evals.run"]>): Promise<void> =>
  work.follow(() => link.client.stream("evals.run", request).result);

export const continueEval = (runId: string): Promise<void> =>
  work.follow(() => link.client.stream("evals.continue", { runId }).result);

export const deleteSet = (setId: string): Promise<void> =>
  work.attempt(() => call("evals.deleteSet", { setId }));
