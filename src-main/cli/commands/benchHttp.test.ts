import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { streamChat, type HttpServer } from "./benchHttp.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, key: "secret" };
}

const event = (data: unknown): string =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const text = (content: string): string => event({ choices: [{ delta: { content } }] });

describe("streamChat", () => {
  it("counts tokens and times the first text, however the events are cut", async () => {
    let asked: { path: string | undefined; key: string | undefined } | undefined;
    const server = await serve((request, response) => {
      asked = { path: request.url, key: request.headers.authorization };
      const all = [
        event({ choices: [{ delta: { role: "assistant", content: "" } }] }),
        ": waiting\n\n",
        text("Grüße"),
        text(" all"),
        event({ choices: [], usage: { completion_tokens: 2 } }),
        event("[DONE]"),
      ].join("");
      const bytes = Buffer.from(all);
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
    });
    const firsts: number[] = [];
    const chat = await streamChat(
      server,
      { messages: [] },
      { onFirstText: (ms) => firsts.push(ms) },
    );
    expect(asked).toEqual({ path: "/v1/chat/completions", key: "Bearer secret" });
    expect(chat.tokens).toBe(2);
    expect(firsts).toEqual([chat.firstTextMs]);
    expect(chat.ms).toBeGreaterThanOrEqual(firsts[0] ?? Number.NaN);
  });

  it.each([
    ["model_died", "model-died"],
    ["out_of_memory", "out-of-memory"],
    ["surprise", "internal"],
  ])("turns the server's %s into %s, before the stream and in it", async (code, expected) => {
    const body = JSON.stringify({ error: { message: "No.", type: "server_error", code } });
    const refusing = await serve((_request, response) => {
      response.statusCode = 503;
      response.end(body);
    });
    await expect(streamChat(refusing, {})).rejects.toMatchObject({ code: expected, title: "No." });
    const failing = await serve((_request, response) => {
      response.end(`${text("Once")}${event(body)}`);
    });
    await expect(streamChat(failing, {})).rejects.toMatchObject({ code: expected });
  });

  it("notices a stream that just ends", async () => {
    const server = await serve((_request, response) => response.end(text("Once")));
    await expect(streamChat(server, {})).rejects.toMatchObject({ code: "connection-lost" });
  });

  it("takes an answer that is no JSON for a fault", async () => {
    const server = await serve((_request, response) => {
      response.statusCode = 502;
      response.end("<h1>Bad gateway</h1>");
    });
    await expect(streamChat(server, {})).rejects.toMatchObject({ code: "internal" });
  });
});
