import type { ApiError } from "./ApiError.ts";

/** Whose rules an answer follows. */
export type Dialect = "openai" | "anthropic" | "hearth";

/** The body of a failure in the shape that clients of an API know. */
export function errorBody(dialect: Dialect, error: ApiError): unknown {
  switch (dialect) {
    case "openai":
      return {
        error: {
          message: messageOf(error),
          type: openAiType(error.status),
          param: error.param,
          code: openAiCode(error),
        },
      };
    case "anthropic":
      return {
        type: "error",
        error: {
          type: anthropicType(error.status),
          message: messageOf(error),
        },
      };
    case "hearth":
      return { error: { ...error.data, ...(error.param === null ? {} : { param: error.param }) } };
  }
}

function messageOf({ param, message }: ApiError): string {
  return param === null ? message : `${param}: ${message}`;
}

function openAiType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

function openAiCode({ status, data }: ApiError): string {
  if (status === 401) return "invalid_api_key";
  if (data.code === "model-missing") return "model_not_found";
  if (data.code === "context-full") return "context_length_exceeded";
  if (data.code === "bad-input") return "invalid_value";
  return data.code.replaceAll("-", "_");
}

function anthropicType(status: number): string {
  const known: Record<number, string> = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
  };
  return known[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
}
