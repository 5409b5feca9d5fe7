import { z } from "zod";

/**
 * Every failure that may cross a process border has one of these codes. A code is stable: faces
 * choose words, icons and actions by it. An error that is none of them crosses as `internal`.
 */
export const errorCodes = [
  "internal",
  "cancelled",
  "bad-input",
  "not-found",
  "conflict",
  "unavailable",
  "timed-out",
  "connection-lost",
  "unknown-route",
  "not-allowed",
  "offline",
  "download-failed",
  "checksum-mismatch",
  "disk-full",
  "home-in-use",
  "home-unusable",
  "home-too-new",
  "engine-start-failed",
  "engine-died",
  "model-missing",
  "model-damaged",
  "model-unsupported",
  "model-died",
  "model-load-failed",
  "out-of-memory",
  "library-mismatch",
  "template-failed",
  "context-full",
  "file-unreadable",
  "file-encrypted",
  "file-damaged",
  "file-empty",
  "file-too-large",
  "file-type-unknown",
  "file-missing",
  "index-damaged",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a user is told of a failure: what happened, why, and what to do next. */
export const errorDataSchema = z.object({
  code: z.enum(errorCodes).catch("internal"),
  title: z.string().catch("The operation failed."),
  cause: z.string().catch(""),
  suggestion: z.string().catch(""),
});

export type ErrorData = z.infer<typeof errorDataSchema>;

/** The one error type that Hearth throws on purpose. Plain data travels; see {@link ErrorData}. */
export class HearthError extends Error {
  readonly code: ErrorCode;
  readonly title: string;
  readonly reason: string;
  readonly suggestion: string;

  constructor(
    data: { code: ErrorCode; title: string; cause?: string; suggestion?: string },
    options?: { cause?: unknown },
  ) {
    super(data.cause ? `${data.title} ${data.cause}` : data.title, options);
    this.name = "HearthError";
    this.code = data.code;
    this.title = data.title;
    this.reason = data.cause ?? "";
    this.suggestion = data.suggestion ?? "";
  }

  toData(): ErrorData {
    return {
      code: this.code,
      title: this.title,
      cause: this.reason,
      suggestion: this.suggestion,
    };
  }

  static fromData(data: ErrorData): HearthError {
    return new HearthError(data);
  }
}

export function cancelledError(): HearthError {
  return new HearthError({
    code: "cancelled",
    title: "Stopped.",
    cause: "The work was cancelled.",
  });
}

export function isCancelled(error: unknown): boolean {
  return (
    (error instanceof HearthError && error.code === "cancelled") ||
    (error instanceof Error && error.name === "AbortError")
  );
}

/** Any thrown value as error data. Only what Hearth threw on purpose keeps its words. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof HearthError) return error.toData();
  if (isCancelled(error)) return cancelledError().toData();
  if (error instanceof z.ZodError) {
    return {
      code: "bad-input",
      title: "The request has a value that Hearth does not accept.",
      cause: z.prettifyError(error),
      suggestion: "Correct the named field and try again.",
    };
  }
  return {
    code: "internal",
    title: "Hearth hit a fault of its own.",
    cause: error instanceof Error ? error.message : String(error),
    suggestion:
      "Try again. If it happens twice, restart Hearth; the log in the home folder has details.",
  };
}
