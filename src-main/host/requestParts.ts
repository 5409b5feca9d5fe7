import type { IncomingMessage, ServerResponse } from "node:http";
import { toErrorData } from "../contract/errors.ts";
import type { GuardedHeaders } from "./originGuard.ts";

/** The path as it came: not decoded and not tidied up, so that tricks in it can be seen. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** What the origin guard looks at. */
export function guarded(request: IncomingMessage): { method: string; headers: GuardedHeaders } {
  const { host, origin } = request.headers;
  return {
    method: request.method ?? "GET",
    headers: {
      host,
      origin,
      "sec-fetch-site": single(request.headers["sec-fetch-site"]),
      "sec-fetch-mode": single(request.headers["sec-fetch-mode"]),
    },
  };
}

/** Answers in plain text. */
export function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(text);
}

/** Has a request answered. Whatever goes wrong, the client must not wait for ever and the host must not end. */
export async function answerSafely(
  response: ServerResponse,
  answer: () => Promise<void>,
): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (response.headersSent) response.destroy();
    else end(response, 500, toErrorData(error).title);
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}
