import { cancelledError, HearthError, isCancelled } from "../../contract/errors.ts";

/** What went wrong on the wire, in plain words. `host` is the name the user would recognise. */
export function networkError(error: unknown, host: string): HearthError {
  if (error instanceof HearthError) return error;
  if (isCancelled(error)) return cancelledError();
  const { cause, suggestion } = explain(errorCode(error), host, error);
  return new HearthError(
    { code: "unavailable", title: `Hearth could not reach ${host}.`, cause, suggestion },
    { cause: error },
  );
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

function explain(
  code: string,
  host: string,
  error: unknown,
): { cause: string; suggestion: string } {
  const checkConnection = "Check the internet connection and try again.";
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return { cause: `The name ${host} could not be looked up.`, suggestion: checkConnection };
    case "ECONNREFUSED":
      return { cause: `${host} refused the connection.`, suggestion: "Try again later." };
    case "ECONNRESET":
    case "EPIPE":
      return { cause: "The connection broke off.", suggestion: "Try again." };
    case "ETIMEDOUT":
      return { cause: `${host} did not answer in time.`, suggestion: checkConnection };
    case "ENETUNREACH":
    case "EHOSTUNREACH":
    case "ENETDOWN":
      return { cause: "This computer has no way to the network.", suggestion: checkConnection };
    default:
      break;
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|EPROTO|ERR_SSL/u.test(code)) {
    return {
      cause: `The secure connection to ${host} could not be verified (${code}).`,
      suggestion:
        "A proxy or virus scanner may be reading the traffic, or the clock is wrong. Fix that and try again.",
    };
  }
  return {
    cause: error instanceof Error ? error.message : String(error),
    suggestion: checkConnection,
  };
}
