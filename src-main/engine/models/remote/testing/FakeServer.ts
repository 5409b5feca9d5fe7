import http from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** The line was closed before the answer was whole. */
  closedEarly: boolean;
}

export type Script = (request: FakeRequest, response: http.ServerResponse) => void | Promise<void>;

/** An HTTP server of a test's own: what it answers on each path is a script. */
export class FakeServer implements AsyncDisposable {
  readonly requests: FakeRequest[] = [];
  readonly #scripts: Record<string, Script>;
  readonly #server: http.Server;

  private constructor(scripts: Record<string, Script>) {
    this.#scripts = scripts;
    this.#server = http.createServer((incoming, response) => void this.#answer(incoming, response));
  }

  /** @param scripts by path, such as `/v1/models`; any other path is answered with 404 */
  static async start(scripts: Record<string, Script>, port = 0): Promise<FakeServer> {
    const fake = new FakeServer(scripts);
    await new Promise<void>((resolve) => fake.#server.listen(port, "127.0.0.1", resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  on(path: string, script: Script): void {
    this.#scripts[path] = script;
  }

  asked(path: string): FakeRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString("utf8");
    const request: FakeRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      authorization: incoming.headers.authorization,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      closedEarly: false,
    };
    response.on("close", () => {
      if (!response.writableEnded) request.closedEarly = true;
    });
    this.requests.push(request);
    await (this.#scripts[request.path] ?? notFound)(request, response);
  }
}

const notFound = json({ error: { message: "File Not Found", code: 404 } }, 404);

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** A stream of events: text is sent as it is, anything else as the JSON of one event. */
export function events(...parts: readonly unknown[]): Script {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(eventText(part));
    response.end();
  };
}

export function eventText(part: unknown): string {
  return typeof part === "string" ? part : `data: ${JSON.stringify(part)}\n\n`;
}

export const done = "data: [DONE]\n\n";

export function piece(content: unknown, finish: string | null = null): unknown {
  return { choices: [{ index: 0, delta: { content }, finish_reason: finish }] };
}

export function usage(prompt: unknown, completion: unknown): unknown {
  return { choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion } };
}

/** What answers like a small llama-server with one model. */
export function llamaServer(
  answer: Script = events(piece("Hello"), piece(" there", "stop"), usage(9, 2), done),
): Record<string, Script> {
  return {
    "/v1/models": json({
      object: "list",
      models: [{ name: "small", capabilities: ["completion"] }],
      data: [{ id: "small", owned_by: "llamacpp", meta: { n_ctx_train: 8192 } }],
    }),
    "/props": json({
      default_generation_settings: { n_ctx: 2048 },
      chat_template_caps: { supports_tools: true },
    }),
    "/tokenize": (request, response) => {
      const words = String(request.body["content"]).split(/\s+/u).filter(Boolean);
      return json({ tokens: words.map((_, at) => at) })(request, response);
    },
    "/apply-template": (request, response) => {
      const messages = request.body["messages"] as { role: string; content: string }[];
      const prompt = messages.map(({ role, content }) => `${role} ${content}`).join(" ");
      return json({ prompt })(request, response);
    },
    "/v1/embeddings": json(
      { error: { code: 501, message: "This server does not support embeddings." } },
      501,
    ),
    "/v1/chat/completions": answer,
  };
}
