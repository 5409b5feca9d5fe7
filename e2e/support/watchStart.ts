import fs from "node:fs/promises";
import { descendantsOf } from "./processes.ts";

export interface StartWatch {
  /** The launching tool has come this far. */
  reached(step: string): void;
  elapsedMs(): number;
  /** Where the start stands: the steps of tool and app, and what the processes wait for. */
  report(): Promise<string>;
}

/**
 * Watches a start that may hang.
 *
 * @param traceFile where the app notes its steps, see `startTrace.ts`
 */
export function watchStart(traceFile: string): StartWatch {
  const started = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - started);
  const steps: string[] = [];
  return {
    elapsedMs,
    reached: (step) => steps.push(`${elapsedMs()} ms: ${step}`),
    report: async () => {
      const trace = await fs.readFile(traceFile, "utf8").catch(() => "");
      return [
        `Electron is not up after ${elapsedMs()} ms. The tool's steps:`,
        ...(steps.length > 0 ? steps : ["none: Electron's debuggers did not answer"]),
        "The app's steps:",
        ...(trace === "" ? ["none: its script did not run"] : trace.trim().split("\n")),
        "Processes (pid, state, where it waits in the kernel, command):",
        ...(await descendantsOf(process.pid)),
      ].join("\n  ");
    },
  };
}
