import type { QuantFormat } from "../../../src-main/contract/quantBench.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { call, link } from "../../api/engine.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { createRunWork } from "../runs/createRunWork.ts";

const work = createRunWork<QuantFormat>({
  cancel: () => call("quants.cancel", {}),
  remove: (ids) => call("quants.delete", { ids }),
  restore: (ids) => call("quants.restore", { ids }),
  save: (ids, format) => call("quants.export", { ids, format }),
  words: () => getStrings().quants,
});

export const {
  useWork: useQuantWork,
  cancel: cancelQuants,
  choose: showRuns,
  remove: deleteRuns,
  save: exportRuns,
} = work;

/** Compares files; what is shown then is the new comparison. */
export const runQuants = (request: {
  kind: "chat" | "embedding";
  modelIds: ModelId[];
  questions: number;
  repeats: number;
  dataDir: string | null;
}): Promise<void> =>
  work.follow(async () => {
    const run = await link.client.stream("quants.run", request).result;
    showRuns([run.id]);
    return run;
  });
