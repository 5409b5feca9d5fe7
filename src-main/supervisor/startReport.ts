import fs from "node:fs";
import { z } from "zod";
import { errorDataSchema, toErrorData, type ErrorData } from "../contract/errors.ts";

/** Names the open file on which a starting engine tells its starter why it could not start. */
export const startReportVariable = "HEARTH_START_REPORT_FD";

const reportSchema = z.object({ error: errorDataSchema });

/**
 * For the engine: tells the face that started it why it cannot run, so that the user reads the
 * reason and not a line of a log. Does nothing in an engine that was started by hand.
 */
export function reportStartFailure(error: unknown): void {
  const descriptor = Number(process.env[startReportVariable]);
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  delete process.env[startReportVariable];
  try {
    fs.writeSync(descriptor, `${JSON.stringify({ error: toErrorData(error) })}\n`);
  } catch {
    // The face has gone. The engine's log has the same reason.
  }
}

/** For the starter: the reason in what an engine reported, if it did. */
export function parseStartReport(text: string): ErrorData | undefined {
  try {
    return reportSchema.parse(JSON.parse(text)).error;
  } catch {
    // An engine that died without a word; its log says more.
    return undefined;
  }
}
