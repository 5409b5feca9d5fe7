import http from "node:http";
import type { AddressInfo } from "node:net";

/** A small OpenAI-compatible server of a test's own, with one model that always says the same. */
export class ChatServer implements AsyncDisposable {
  /** The bodies that it was sent for answers. */
  readonly prompts: string[] = [];
  readonly #server: http.Server;

  private constructor(says: string, key: string) {
    this.#server = http.createServer((request, response) => {
      const reply = (value: unknown, status = 200): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(value));
      };
      if (request.headers.authorization !== `Bearer ${key}`) {
        reply({ error: { message: "Invalid API Key" } }, 401);
      } else if (request.url === "/v1/models") {
        reply({ data: [{ id: "lantern-7b", owned_by: "vllm", max_model_len: 8192 }] });
      } else if (request.url === "/v1/chat/completions") {
        let body = "";
        request.on("data", (piece: Buffer) => (body += piece.toString()));
        request.on("end", () => {
          this.prompts.push(body);
          response.writeHead(200, { "content-type": "text/event-stream" });
          const event = (value: unknown): void =>
            void response.write(`data: ${JSON.stringify(value)}\n\n`);
          for (const word of says.split(/(?<= )/u))
            event({ choices: [{ delta: { content: word } }] });
          event({ choices: [{ delta: {}, finish_reason: "stop" }] });
          event({ choices: [], usage: { prompt_tokens: 40, completion_tokens: 9 } });
          response.end("data: [DONE]\n\n");
        });
      } else reply({ error: { message: "not found" } }, 404);
    });
  }

  static async start(says: string, key: string): Promise<ChatServer> {
    const chat = new ChatServer(says, key);
    await new Promise<void>((resolve) => chat.#server.listen(0, "127.0.0.1", resolve));
    return chat;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
