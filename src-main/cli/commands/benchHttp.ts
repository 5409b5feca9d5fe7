import { z } from "zod";
import { errorCodes, HearthError, type ErrorCode } from "../../contract/errors.ts";
import { parseJson } from "../../contract/parseJson.ts";

/** A server that speaks OpenAI's protocol. */
export interface HttpServer {
  /** Up to and with `/v1`. */
  url: string;
  key?: string;
}

export interface HttpChat {
  /** From sending to the first text; null where none came. */
  firstTextMs: number | null;
  /** From sending to the end. */
  ms: number;
  tokens: number;
}

const errorSchema = z.object({
  message: z.string().catch(""),
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
});

const chunkSchema = z.object({
  error: errorSchema.optional(),
  choices: z
    .array(z.object({ delta: z.object({ content: z.string().nullish() }).optional() }))
    .optional(),
  usage: z.object({ completion_tokens: z.int() }).nullish(),
});

/**
 * Asks for one streamed answer, and counts.
 * @param body of `/chat/completions`, without what makes it a stream
 * @throws HearthError `connection-lost` when it breaks off, the code that the server names where that
 * is one of Hearth's, `internal` otherwise
 */
export async function streamChat(
  server: HttpServer,
  body: Readonly<Record<string, unknown>>,
  options: { signal?: AbortSignal; onFirstText?: (ms: number) => void } = {},
): Promise<HttpChat> {
  const begun = performance.now();
  const response = await post(server, "/chat/completions", options.signal, {
    ...body,
    stream: true,
    stream_options: { include_usage: true },
  });
  let firstTextMs: number | null = null;
  let tokens = 0;
  let done = false;
  for await (const data of readEvents(response)) {
    if (data === "[DONE]") {
      done = true;
      continue;
    }
    const chunk = chunkSchema.parse(JSON.parse(data));
    if (chunk.error) throw toHearthError(chunk.error);
    tokens = chunk.usage?.completion_tokens ?? tokens;
    if (firstTextMs === null && chunk.choices?.some((choice) => choice.delta?.content)) {
      firstTextMs = performance.now() - begun;
      options.onFirstText?.(firstTextMs);
    }
  }
  if (!done) throw brokenOff();
  return { firstTextMs, ms: performance.now() - begun, tokens };
}

async function post(
  server: HttpServer,
  path: string,
  signal: AbortSignal | undefined,
  body: unknown,
): Promise<Response> {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(server.key === undefined ? {} : { authorization: `Bearer ${server.key}` }),
    },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  if (response.ok) return response;
  const text = await response.text();
  const parsed = z.object({ error: errorSchema }).safeParse(parseJson(text));
  throw toHearthError(
    parsed.data?.error ?? { message: `${response.status} ${text.slice(0, 200)}`, code: null },
  );
}

/** The data of server-sent events, without those that only keep the connection open. */
async function* readEvents(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const events = `${rest}${piece}`.split(/\r?\n\r?\n/u);
    rest = events.pop() ?? "";
    for (const event of events) {
      const lines = event.split(/\r?\n/u).filter((line) => line.startsWith("data:"));
      const data = lines.map((line) => line.slice("data:".length).trimStart()).join("\n");
      if (data !== "") yield data;
    }
  }
}

function toHearthError({ message, code }: z.infer<typeof errorSchema>): HearthError {
  const wanted = String(code ?? "").replaceAll("_", "-");
  const known: ErrorCode | undefined = errorCodes.find((candidate) => candidate === wanted);
  return new HearthError({ code: known ?? "internal", title: message });
}

function brokenOff(): HearthError {
  return new HearthError({
    code: "connection-lost",
    title: "The server broke off in the middle of an answer.",
    suggestion: "Try again.",
  });
}
