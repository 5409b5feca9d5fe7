import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { downloadFile } from "../../lib/downloadFile.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { showToast } from "../../ui/Toast.tsx";

const types = {
  markdown: "text/markdown",
  csv: "text/csv",
  json: "application/json",
  svg: "image/svg+xml",
} as const;

interface RunWork {
  /** Why the last thing that was asked failed. */
  readonly error: ErrorData | null;
  readonly starting: boolean;
  readonly cancelling: boolean;
  /** Ids of the runs that are compared; null until the user chose. */
  readonly chosen: readonly string[] | null;
}

/** Kept runs of one kind: how they are ended, removed and saved, and what is said of that. */
interface RunKind<Format extends keyof typeof types> {
  readonly cancel: () => Promise<unknown>;
  readonly remove: (ids: string[]) => Promise<unknown>;
  readonly restore: (ids: string[]) => Promise<unknown>;
  readonly save: (
    ids: string[],
    format: Format,
  ) => Promise<{ saved: boolean | null; name: string; text: string }>;
  readonly words: () => {
    readonly deleted: (count: number) => string;
    readonly undoDelete: string;
    readonly exported: (name: string) => string;
  };
}

/** What this window asked for of such runs. It outlives the page, so that leaving it cancels nothing. */
export function createRunWork<Format extends keyof typeof types>(kind: RunKind<Format>) {
  const useWork = create<RunWork>(() => ({
    error: null,
    starting: false,
    cancelling: false,
    chosen: null,
  }));
  const { getState, setState } = useWork;

  const report = (error: unknown): void => {
    if (!isCancelled(error)) setState({ error: toErrorData(error) });
  };

  /** Does something, and keeps why it failed. */
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setState({ error: null });
    await work().catch(report);
  };

  return {
    useWork,
    attempt,

    /** Follows a run to its end; one at a time. How far it is comes through the engine's state. */
    follow: async (start: () => Promise<{ readonly id: string }>): Promise<void> => {
      if (getState().starting) return;
      setState({ starting: true });
      await attempt(async () => {
        const { id } = await start();
        // What was just measured belongs to what is looked at.
        setState(({ chosen }) => ({
          chosen: chosen === null || chosen.includes(id) ? chosen : [...chosen, id],
        }));
      });
      setState({ starting: false });
    },

    /** Ends what runs, also where another window or the command line started it. */
    cancel: async (): Promise<void> => {
      setState({ cancelling: true });
      await kind.cancel().catch(report);
      setState({ cancelling: false });
    },

    choose: (ids: readonly string[]): void => setState({ chosen: ids }),

    remove: (ids: string[]): Promise<void> =>
      attempt(async () => {
        await kind.remove(ids);
        const { deleted, undoDelete } = kind.words();
        showToast({
          text: deleted(ids.length),
          action: {
            label: getStrings().common.undo,
            altText: undoDelete,
            onSelect: () => {
              kind.restore(ids).catch(report);
            },
          },
        });
      }),

    /** Saves runs into a file: by the system's dialog where there is one, else as the browser does. */
    save: (ids: string[], format: Format): Promise<void> =>
      attempt(async () => {
        const { saved, name, text } = await kind.save(ids, format);
        if (saved === false) return;
        if (saved === null) downloadFile(name, text, `${types[format]};charset=utf-8`);
        showToast({ text: kind.words().exported(name) });
      }),
  };
}
