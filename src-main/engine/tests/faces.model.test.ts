import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ChatSummary } from "../../contract/chat.ts";
import { protocolVersion, type Routes } from "../../contract/routes.ts";
import { RpcClient } from "../../rpc/RpcClient.ts";
import { webSocketPort } from "../../rpc/webSocketPort.ts";
import { newChat, send, type Client } from "./testing/conversation.ts";
import { childrenOf, gone, isRunning } from "./testing/processes.ts";
import { TestEngine, type StartedCli } from "./testing/testEngine.ts";

let engine: TestEngine;

beforeEach(async () => {
  engine = await TestEngine.make({ lingerMs: 500 });
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

/** A page of the headless host. */
async function openPage(host: StartedCli): Promise<{ client: Client; generation: string }> {
  await expect.poll(() => host.printed.out, { timeout: 60_000 }).toMatch(/^key: .+\n/m);
  const port = /^url: http:\/\/127\.0\.0\.1:(\d+)\//m.exec(host.printed.out)?.[1];
  const key = /^key: (\S+)$/m.exec(host.printed.out)?.[1];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const client = new RpcClient<Routes>(webSocketPort(socket), {
    protocol: protocolVersion,
    face: "browser",
  });
  return { client, generation: (await client.ready).generation };
}

/** The list of chats as a face sees it, kept up to date. */
function watchChats(client: Client): () => ChatSummary[] {
  let chats: ChatSummary[] = [];
  client.watch("chats.state", {}, (state) => (chats = state.chats));
  return () => chats;
}

describe("several faces on one home", () => {
  it("share one engine, which ends after the last has left", async () => {
    // All at once, with no engine there yet: each may start one, one stays.
    const host = engine.cli(["serve"]);
    const command = engine.cli(["models", "list", "--json"]);
    const [app, page, listed] = await Promise.all([
      engine.connect("app"),
      openPage(host),
      command.ended,
    ]);
    expect(listed.code).toBe(0);
    expect(page.generation).toBe(app.generation);
    let faces: string[] = [];
    const stop = app.client.watch("system.state", {}, (state) => {
      faces = state.faces.map((face) => face.kind);
    });
    await expect.poll(() => faces).toEqual(expect.arrayContaining(["app", "browser"]));

    const seenByApp = watchChats(app.client);
    const seenByPage = watchChats(page.client);
    const chat = await newChat(app.client);
    const asked = await send(app.client, chat.id, null, "What is the colour of the sky?").message;
    expect(asked.text).not.toBe("");
    await expect
      .poll(() => seenByPage().map(({ id, busy }) => ({ id, busy })))
      .toEqual([{ id: chat.id, busy: false }]);
    expect(seenByPage()[0]?.title).toBe("What is the colour of the sky?");

    const followUp = send(page.client, chat.id, asked.id, "And of grass?");
    await followUp.opened;
    // One answer at a time: the other face is told so, in words.
    const refused = send(app.client, chat.id, asked.id, "And of snow?");
    await expect(refused.message).rejects.toMatchObject({ code: "conflict" });
    const answered = await followUp.message;
    const { messages } = await app.client.call("chats.get", { chatId: chat.id });
    expect(messages.at(-1)).toEqual(answered);
    expect(messages).toHaveLength(4);

    const cli = await engine.cli(["chat", "--prompt", "Hi", "--max-tokens", "4", "--json"]).ended;
    expect(cli.code).toBe(0);
    expect((JSON.parse(cli.out) as { tokens: number }).tokens).toBeGreaterThan(0);
    await page.client.call("chats.update", { chatId: chat.id, title: "Colours" });
    await expect.poll(() => seenByApp()[0]?.title).toBe("Colours");
    const children = childrenOf(app.pid);
    if (process.platform === "linux") expect(children).toHaveLength(1);

    stop();
    app.close();
    // The host is still there, so the engine stays; longer than it would for nobody.
    await expect.poll(() => faces.length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(isRunning(app.pid)).toBe(true);
    host.child.kill("SIGINT");
    expect((await host.ended).code).toBe(0);
    await gone([app.pid, ...children], 10_000);
  });

  it("starts one engine for ten faces that come at once", async () => {
    const faces = await Promise.all(Array.from({ length: 10 }, () => engine.connect()));
    expect(new Set(faces.map((face) => face.generation)).size).toBe(1);
    expect(new Set(faces.map((face) => face.pid)).size).toBe(1);
    for (const face of faces) face.close();
    await gone([faces[0]!.pid], 10_000);
  });
});
