import fs from "node:fs";

const file = process.env["HEARTH_START_TRACE"];

/**
 * Notes how far the start has come, and after how many milliseconds of this process, in the file that
 * `HEARTH_START_TRACE` names: a start that hangs then tells where. Without the variable it does nothing.
 */
export function traceStart(step: string): void {
  if (file === undefined || file === "") return;
  try {
    fs.appendFileSync(file, `${Math.round(1000 * process.uptime())} ms: ${step}\n`);
  } catch (error) {
    // Whoever asked for the trace should hear why there is none; the start itself goes on.
    console.error(`The start cannot be traced: ${String(error)}`);
  }
}
