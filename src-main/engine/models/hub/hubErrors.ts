import { HearthError, type ErrorCode } from "../../../contract/errors.ts";

/** What an answer of the hub other than the wanted one says. */
export interface HubRefusal {
  /** What was asked for, as a name for people: `owner/name`, or a file. */
  name: string;
  host: string;
  status: number;
  /** `X-Error-Code`, such as `GatedRepo`. */
  errorCode: string | null;
  /** Whether the request carried a token. */
  hadToken: boolean;
}

/** What a refusal means to the user, and what to do. Passing ones say so. */
export function hubError(refusal: HubRefusal): HearthError {
  const { code, cause, suggestion } = explain(refusal);
  return new HearthError({
    code,
    title: `${refusal.name} could not be fetched.`,
    cause,
    suggestion,
  });
}

interface Explanation {
  code: ErrorCode;
  cause: string;
  suggestion: string;
}

function explain({ host, status, errorCode, hadToken }: HubRefusal): Explanation {
  const failed = (cause: string, suggestion: string): Explanation => ({
    code: "download-failed",
    cause,
    suggestion,
  });
  if (errorCode === "GatedRepo") {
    return hadToken
      ? failed(
          `${host} gives it only to those who accepted its terms, and the account of your token has not (HTTP ${status}).`,
          `Ask for access on the model's page at ${host}, then try again.`,
        )
      : failed(
          `${host} gives it only to those who accepted its terms and say who they are (HTTP ${status}).`,
          `Accept the terms on the model's page at ${host}, then add an access token under “Hub settings”.`,
        );
  }
  switch (errorCode) {
    case "EntryNotFound":
      return failed(`${host} has no such file (HTTP ${status}).`, "Choose another quantization.");
    case "RevisionNotFound":
      return failed(`${host} does not have this version any more.`, "Open the model anew.");
    case "DisabledRepo":
      return failed(`${host} has taken it down.`, "Choose another model.");
    default:
      break;
  }
  switch (status) {
    case 401:
      if (errorCode === "RepoNotFound") return noSuchRepository(failed, host, hadToken);
      return hadToken
        ? failed(
            `${host} does not accept the access token (HTTP 401).`,
            "Make a new token there and set it under “Hub settings”, or remove it.",
          )
        : noSuchRepository(failed, host, hadToken);
    case 403:
      return failed(
        `${host} forbids it (HTTP 403).`,
        hadToken
          ? "The account of your access token may not read it. Choose another model."
          : "Choose another model, or download it in a browser and add the file.",
      );
    case 404:
    case 410:
      return failed(`${host} does not have it (HTTP ${status}).`, "Choose another model.");
    case 429:
      return failed(`${host} asks to slow down (HTTP 429).`, "Wait some minutes and try again.");
    default:
      return status >= 500
        ? failed(`${host} has trouble of its own (HTTP ${status}).`, "Try again later.")
        : failed(`${host} answered with HTTP ${status}.`, "Try again later.");
  }
}

function noSuchRepository(
  failed: (cause: string, suggestion: string) => Explanation,
  host: string,
  hadToken: boolean,
): Explanation {
  return failed(
    `${host} has no such model, or it is private (HTTP 401).`,
    hadToken
      ? "Check its name; the account of your access token may not see it."
      : "Check its name. A private one needs an access token, under “Hub settings”.",
  );
}

/** What came was a web page where data or a file was expected. */
export function webPageError(name: string, host: string): HearthError {
  return new HearthError({
    code: "download-failed",
    title: `${name} could not be fetched.`,
    cause: `${host} answered with a web page instead.`,
    suggestion: "If this network has a login page, log in with a browser and try again.",
  });
}

export function badReply(name: string, host: string, detail: string): HearthError {
  return new HearthError({
    code: "download-failed",
    title: `${name} could not be fetched.`,
    cause: `${host} answered with something that Hearth does not understand: ${detail}`,
    suggestion: "Check the hub's address under “Hub settings”, or update Hearth.",
  });
}
