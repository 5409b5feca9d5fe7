import { HearthError, toErrorData, type ErrorCode, type ErrorData } from "../../contract/errors.ts";

/** A failure as a program that speaks HTTP is told of it. Each API writes it in its own shape. */
export class ApiError extends Error {
  readonly status: number;
  readonly data: ErrorData;
  /** The field of the request that it is about, such as `messages.0.content`; null for none. */
  readonly param: string | null;

  constructor(status: number, data: ErrorData, param: string | null = null) {
    super([data.title, data.cause, data.suggestion].filter(Boolean).join(" "));
    this.name = "ApiError";
    this.status = status;
    this.data = data;
    this.param = param;
  }
}

/** A field that is not as it has to be. */
export function badField(param: string | null, title: string, suggestion = ""): ApiError {
  return new ApiError(400, { code: "bad-input", title, cause: "", suggestion }, param);
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  "bad-input": 400,
  "context-full": 400,
  "model-unsupported": 400,
  "not-allowed": 403,
  "not-found": 404,
  "model-missing": 404,
  conflict: 409,
  // The client has gone; nobody reads this.
  cancelled: 499,
  "timed-out": 504,
  unavailable: 503,
  "connection-lost": 503,
  "engine-died": 503,
  "engine-start-failed": 503,
  "model-died": 503,
  "out-of-memory": 503,
  "home-in-use": 503,
};

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const data = toErrorData(error);
  return new ApiError(statusOf[data.code] ?? 500, data);
}

export function notFound(title: string, suggestion = ""): ApiError {
  return toApiError(new HearthError({ code: "not-found", title, suggestion }));
}
