import { create } from "zustand";
import type { InputOf } from "../../../src-main/contract/defineRoute.ts";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { EvalFormat, EvalRun } from "../../../src-main/contract/evals.ts";
import type { Routes } from "../../../src-main/contract/routes.ts";
import { call, link } from "../../api/engine.ts";
import { downloadText } from "../../lib/downloadText.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { showToast } from "../../ui/Toast.tsx";

interface EvalWork {
  /** Why the last thing that was asked failed. */
  readonly error: ErrorData | null;
  readonly starting: boolean;
  readonly cancelling: boolean;
  /** Ids of the runs that are compared; null until the user chose. */
  readonly chosen: readonly string[] | null;
}

/** What this window asked for. It outlives the page, so that leaving it cancels nothing. */
export const useEvalWork = create<EvalWork>(() => ({
  error: null,
  starting: false,
  cancelling: false,
  chosen: null,
}));

const { getState, setState } = useEvalWork;

/** Puts a set's questions. How far it is comes through the evaluations' state. */
export async function runEval(request: InputOf<Routes["evals.run"]>): Promise<void> {
  await follow(() => link.client.stream("evals.run", request).result);
}

export async function continueEval(runId: string): Promise<void> {
  await follow(() => link.client.stream("evals.continue", { runId }).result);
}

async function follow(start: () => Promise<EvalRun>): Promise<void> {
  if (getState().starting) return;
  setState({ error: null, starting: true });
  try {
    const run = await start();
    // What was just measured belongs to what is looked at.
    setState(({ chosen }) => ({
      chosen: chosen === null || chosen.includes(run.id) ? chosen : [...chosen, run.id],
    }));
  } catch (error) {
    report(error);
  } finally {
    setState({ starting: false });
  }
}

/** Ends the evaluation that runs, also one that another window or the command line started. */
export async function cancelEval(): Promise<void> {
  setState({ cancelling: true });
  try {
    await call("evals.cancel", {});
  } catch (error) {
    report(error);
  } finally {
    setState({ cancelling: false });
  }
}

export function chooseRuns(ids: readonly string[]): void {
  setState({ chosen: ids });
}

export async function deleteRuns(ids: string[]): Promise<void> {
  const { evals: words, common } = getStrings();
  setState({ error: null });
  try {
    await call("evals.delete", { ids });
    showToast({
      text: words.deleted(ids.length),
      action: {
        label: common.undo,
        altText: words.undoDelete,
        onSelect: () => {
          call("evals.restore", { ids }).catch(report);
        },
      },
    });
  } catch (error) {
    report(error);
  }
}

const types = { markdown: "text/markdown", csv: "text/csv", json: "application/json" } as const;

/** Saves runs into a file: by the system's dialog where there is one, else as the browser does. */
export async function exportRuns(ids: string[], format: EvalFormat): Promise<void> {
  setState({ error: null });
  try {
    const { saved, name, text } = await call("evals.export", { ids, format });
    if (saved === false) return;
    if (saved === null) downloadText(name, text, types[format]);
    showToast({ text: getStrings().evals.exported(name) });
  } catch (error) {
    report(error);
  }
}

export async function deleteSet(setId: string): Promise<void> {
  setState({ error: null });
  try {
    await call("evals.deleteSet", { setId });
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  if (!isCancelled(error)) setState({ error: toErrorData(error) });
}
