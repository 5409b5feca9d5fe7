import { HearthError, type ErrorCode } from "../../../contract/errors.ts";
import { parseJson } from "../../../contract/parseJson.ts";
import { asRecord, asList, asText } from "./json.ts";

const noSwitch = "Hearth does not switch to another model by itself.";

/** The server could not be reached, or the line to it failed before an answer had begun. */
export function serverUnreachable(host: string, error: HearthError): HearthError {
  if (error.code !== "unavailable") return error;
  return new HearthError(
    {
      code: "unavailable",
      title: `Your server ${host} could not be reached.`,
      cause: error.reason,
      suggestion: `Start it, or check its address and the network; or choose a model of this computer. ${noSwitch}`,
    },
    { cause: error.cause },
  );
}

export function serverBrokeOff(host: string, why: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: `Your server ${host} stopped in the middle of its answer.`,
    cause: why,
    suggestion: `What had arrived is kept. Continue when it runs again, or choose another model. ${noSwitch}`,
  });
}

/** @param doing what it was meant to do, such as "send anything" */
export function serverSilent(host: string, seconds: number, doing: string): HearthError {
  return new HearthError({
    code: "timed-out",
    title: `Your server ${host} did not ${doing} for ${seconds} seconds.`,
    cause: "It may be overloaded, or stuck.",
    suggestion: `Look at the server, then try again; or choose another model. ${noSwitch}`,
  });
}

/** What it sent cannot be an answer of the API. */
export function serverNonsense(host: string, what: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: `Your server ${host} sent something that is no answer.`,
    cause: what,
    suggestion:
      "Check that the address is that of an OpenAI-compatible API, and not of a page in front of it.",
  });
}

export function serverRedirected(host: string, to: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: `Your server ${host} sent Hearth elsewhere.`,
    cause: `It answered with the address ${to}. Hearth sends key and text only to the server that you named.`,
    suggestion: "If that is the right address, add the server with it.",
  });
}

/** An answer with a status that is no success, in the words of the server where it has any. */
export function serverRefused(host: string, status: number, body: string): HearthError {
  const said = saidIn(body);
  if (status === 401 || status === 403) {
    return new HearthError({
      code: "not-allowed",
      title: `Your server ${host} did not accept the key.`,
      cause: said || `It answered with status ${status}.`,
      suggestion: "Give its key again under “Your servers”.",
    });
  }
  if (isTooLong(body)) {
    return new HearthError({
      code: "context-full",
      title: `The prompt is too long for the model of your server ${host}.`,
      cause: said,
      suggestion:
        "Shorten the message or begin a new chat, or start the server with a larger context.",
    });
  }
  const [code, suggestion] = remedyFor(status);
  return new HearthError({
    code,
    title: `Your server ${host} refused the request.`,
    cause: `${said || "It gave no reason."} (status ${status})`,
    suggestion,
  });
}

function remedyFor(status: number): [ErrorCode, string] {
  if (status === 404) {
    return [
      "unavailable",
      "Check the address, and probe the server again: it may no longer have this model.",
    ];
  }
  if (status === 429 || status === 503) {
    return ["unavailable", `It is busy or still loading. Try again in a moment. ${noSwitch}`];
  }
  if (status >= 500) return ["unavailable", `Look at the server's log. ${noSwitch}`];
  return ["bad-input", "Probe the server again; it may take other settings than Hearth sends."];
}

/**
 * The message in an error's body. Servers write it as `{error: {message}}`, `{error: "…"}`,
 * `{message}`, or `{detail}` with text or a list.
 */
function saidIn(body: string): string {
  const whole = asRecord(parseJson(body));
  const nested = asRecord(whole["error"]);
  const firstDetail = asRecord(asList(whole["detail"])[0]);
  const said =
    asText(nested["message"]) ??
    asText(whole["error"]) ??
    asText(whole["message"]) ??
    asText(whole["detail"]) ??
    asText(firstDetail["msg"]);
  // oxlint-disable-next-line no-control-regex -- what a server says is shown as one plain line
  return (said ?? "")
    .replace(/[\u0000-\u001f\u007f]+/gu, " ")
    .trim()
    .slice(0, 500);
}

function isTooLong(body: string): boolean {
  return /exceed_context_size|context_length_exceeded|maximum context length|exceeds? the available context|must be <= \d/iu.test(
    body.slice(0, 5000),
  );
}

/** A model whose server, or which itself, is no longer among the user's. */
export function serverModelGone(modelId: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "The model of this chat ran on a server that is not among yours now.",
    cause: `“${modelId.replace(/^server:[^:]*:/u, "")}” is not offered by any of your servers.`,
    suggestion: `Add or probe the server again, or choose another model for this chat. ${noSwitch}`,
  });
}

export function unsupportedByServer(host: string, what: string): HearthError {
  return new HearthError({
    code: "model-unsupported",
    title: `Your server ${host} cannot be asked for this.`,
    cause: what,
    suggestion: "Choose a model of this computer for it.",
  });
}
