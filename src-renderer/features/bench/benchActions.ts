import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { call, link } from "../../api/engine.ts";
import { downloadText } from "../../lib/downloadText.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { showToast } from "../../ui/Toast.tsx";

interface BenchWork {
  /** Why the last thing that was asked failed. */
  readonly error: ErrorData | null;
  readonly starting: boolean;
  readonly cancelling: boolean;
  /** Ids of the runs that are compared; null until the user chose. */
  readonly chosen: readonly string[] | null;
}

/** What this window asked for. It outlives the page, so that leaving it cancels nothing. */
export const useBenchWork = create<BenchWork>(() => ({
  error: null,
  starting: false,
  cancelling: false,
  chosen: null,
}));

const { getState, setState } = useBenchWork;

/** Measures a model. How far it is comes through the benchmarks' state. */
export async function runBench(modelId: ModelId, repeats: number): Promise<void> {
  if (getState().starting) return;
  setState({ error: null, starting: true });
  try {
    const run = await link.client.stream("bench.run", { modelId, repeats }).result;
    // What was just measured belongs to what is looked at.
    setState(({ chosen }) => ({ chosen: chosen === null ? null : [...chosen, run.id] }));
  } catch (error) {
    report(error);
  } finally {
    setState({ starting: false });
  }
}

/** Ends the benchmark that runs, also one that another window or the command line started. */
export async function cancelBench(): Promise<void> {
  setState({ cancelling: true });
  try {
    await call("bench.cancel", {});
  } catch (error) {
    report(error);
  } finally {
    setState({ cancelling: false });
  }
}

export function choose(ids: readonly string[]): void {
  setState({ chosen: ids });
}

export async function deleteRuns(ids: string[]): Promise<void> {
  const { bench: words, common } = getStrings();
  setState({ error: null });
  try {
    await call("bench.delete", { ids });
    showToast({
      text: words.deleted(ids.length),
      action: {
        label: common.undo,
        altText: words.undoDelete,
        onSelect: () => {
          call("bench.restore", { ids }).catch(report);
        },
      },
    });
  } catch (error) {
    report(error);
  }
}

/** Saves runs into a file: by the system's dialog where there is one, else as the browser does. */
export async function exportRuns(ids: string[], format: "csv" | "json"): Promise<void> {
  setState({ error: null });
  try {
    const { saved, name, text } = await call("bench.export", { ids, format });
    if (saved === false) return;
    if (saved === null)
      downloadText(name, text, format === "csv" ? "text/csv" : "application/json");
    showToast({ text: getStrings().bench.exported(name) });
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  if (!isCancelled(error)) setState({ error: toErrorData(error) });
}
