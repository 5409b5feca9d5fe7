import type { ModelId } from "../../../src-main/contract/ids.ts";
import { call, link } from "../../api/engine.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { createRunWork } from "../runs/createRunWork.ts";

const work = createRunWork<"csv" | "json">({
  cancel: () => call("bench.cancel", {}),
  remove: (ids) => call("bench.delete", { ids }),
  restore: (ids) => call("bench.restore", { ids }),
  save: (ids, format) => call("bench.export", { ids, format }),
  words: () => getStrings().bench,
});

export const {
  useWork: useBenchWork,
  cancel: cancelBench,
  choose,
  remove: deleteRuns,
  save: exportRuns,
} = work;

/** Measures a model. */
export const runBench = (modelId: ModelId, repeats: number): Promise<void> =>
  work.follow(() => link.client.stream("bench.run", { modelId, repeats }).result);
