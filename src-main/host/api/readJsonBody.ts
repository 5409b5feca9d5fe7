import type { IncomingMessage } from "node:http";
import { ApiError, badField } from "./ApiError.ts";

/** Deeper JSON is nothing that any API asks for, and costs a stack frame a level. */
const maxDepth = 200;

/**
 * The body of a request as JSON.
 * @throws ApiError 413 for more than `maxBytes`, 400 for what is no JSON
 */
export async function readJsonBody(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<unknown> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const parts: Buffer[] = [];
  let size = 0;
  // The socket has to stay, for the answer that refuses the rest.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    signal.throwIfAborted();
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(bytes);
  }
  return parseBody(Buffer.concat(parts));
}

export function parseBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badField(null, "The body is not UTF-8 text.");
  }
  if (depthOf(text) > maxDepth) throw badField(null, "The body is nested too deeply.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const [, field] = /"([^"\\]{1,100})"\s*:\s*[-+]?(?:NaN|Infinity)/u.exec(text) ?? [];
    if (field !== undefined) throw badField(field, "This is not a number that JSON can hold.");
    const why = error instanceof Error ? error.message : "";
    throw badField(null, `The body is not valid JSON. ${why}`.trim());
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badField(null, "The body has to be a JSON object.");
  }
  return value;
}

/** How deeply brackets are nested, outside of texts. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (inString) {
      if (sign === 0x5c) at++;
      else if (sign === 0x22) inString = false;
    } else if (sign === 0x22) inString = true;
    else if (sign === 0x7b || sign === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (sign === 0x7d || sign === 0x5d) depth--;
  }
  return deepest;
}

function tooLarge(maxBytes: number): ApiError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new ApiError(413, {
    code: "bad-input",
    title: "The request is too large.",
    cause: `Hearth reads up to ${megabytes} MB.`,
    suggestion: "Send less at once.",
  });
}
