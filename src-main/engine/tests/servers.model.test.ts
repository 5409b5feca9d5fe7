import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelId } from "../../contract/ids.ts";
import { rootDir } from "../../paths/entries.ts";
import {
  done,
  events,
  FakeServer,
  llamaServer,
  piece,
  usage,
} from "../models/remote/testing/FakeServer.ts";
import type { Client } from "./testing/conversation.ts";
import { Turn } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

const handbook = "quillback-orchard-handbook.pdf";
const question = "When are the orchard's trees pruned?";
const said = "They are pruned in late winter.";

let engine: TestEngine;
let client: Client;
let server: FakeServer;
let remote: ModelId;
let host: string;
let asked: string;

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect("app"));
  const papers = path.join(engine.folder, "papers");
  await mkdir(papers);
  await copyFile(path.join(rootDir(), "e2e", "fixtures", handbook), path.join(papers, handbook));
  await client.stream("documents.ingest", { paths: [papers] }).result;
  server = await FakeServer.start(
    llamaServer(events(piece(said), piece("", "stop"), usage(200, 7), done)),
  );
  const added = await client.call("servers.add", { url: server.url, name: "Attic" });
  host = added.server.host;
  const { models } = await client.call("models.list", {});
  remote = models.find((model) => model.server)!.id;
  // A question that the handbook answers, by its own list.
  const { default: questions } = (await import("../../../e2e/fixtures/questions.json", {
    with: { type: "json" },
  })) as { default: { answerable: { question: string; document: string }[] } };
  asked = questions.answerable.find(({ document }) => document === handbook)?.question ?? question;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe("a model of a server", () => {
  it("answers a chat, and the message says who answered", async () => {
    const { chat } = await client.call("chats.create", { modelId: remote });
    const turn = new Turn(
      client.stream("chats.send", { chatId: chat.id, parentId: null, text: "Hello" }),
    );
    expect(await turn.message).toMatchObject({
      status: "complete",
      text: said,
      stats: { server: host, model: "small", promptTokens: 200, tokens: 7 },
    });
    const { requests } = await client.call("system.requests", {});
    expect(requests.map(({ reason }) => reason)).toContain("Answer by small on your server Attic");
  });

  it("is not sent documents until that is allowed: the evidence is the answer", async () => {
    const before = server.requests.length;
    const answer = await client.stream("ask.run", { question: asked, modelId: remote }).result;
    expect(answer).toMatchObject({ abstained: false, error: { code: "not-allowed" } });
    expect(answer.citations.length).toBeGreaterThan(0);
    expect(answer.receipt).not.toHaveProperty("sent");
    // Not to count tokens either.
    expect(server.requests.length).toBe(before);
  });

  it("is sent passages once that is allowed, and how much is told", async () => {
    await client.call("servers.update", { server: "Attic", documentsAllowed: true });
    const answer = await client.stream("ask.run", { question: asked, modelId: remote }).result;
    expect(answer.error).toBeUndefined();
    const { sent } = answer.receipt;
    expect(sent).toMatchObject({ server: host });
    expect(sent?.passages).toBe(answer.receipt.used);
    const prompt = JSON.stringify(server.asked("/v1/chat/completions").at(-1)?.body);
    expect(prompt).toContain(handbook);
    expect(sent?.characters).toBeGreaterThan(100);
    expect(prompt.length).toBeGreaterThan(sent?.characters ?? Infinity);
    const { requests } = await client.call("system.requests", {});
    expect(requests.map(({ reason }) => reason)).toContain(
      `Answer by small on your server Attic, with ${sent?.passages} passage${sent?.passages === 1 ? "" : "s"} of your documents (${sent?.characters} characters)`,
    );
    await client.call("servers.update", { server: "Attic", documentsAllowed: false });
  });

  it("is not sent the quotes in earlier answers either", async () => {
    const { documents } = await client.call("documents.list", {});
    const { chat } = await client.call("chats.create", {
      documentIds: documents.map(({ id }) => id),
    });
    const local = new Turn(
      client.stream("chats.send", { chatId: chat.id, parentId: null, text: asked }),
    );
    const { id, grounding } = await local.message;
    expect(grounding?.citations.length).toBeGreaterThan(0);
    await client.call("chats.update", { chatId: chat.id, modelId: remote, documentIds: [] });
    const before = server.requests.length;
    const next = new Turn(
      client.stream("chats.send", { chatId: chat.id, parentId: id, text: "And why?" }),
    );
    expect(await next.message).toMatchObject({ status: "failed", error: { code: "not-allowed" } });
    expect(server.requests.length).toBe(before);
  });

  it("is found by a program and the command line only by its whole name", async () => {
    const wrong = await engine.cli(["chat", "--prompt", "Hi", "--model", "small"]).ended;
    expect(wrong.err).toMatch(/There is no model “small”/u);
    const right = await engine.cli(["chat", "--prompt", "Hi", "--model", "Attic/small"]).ended;
    expect(right.out).toContain(said);
    expect(right.err).toContain(`answered by your server ${host}`);
  });

  it("is not replaced when its server is gone", async () => {
    const { chat } = await client.call("chats.create", { modelId: remote });
    await client.call("servers.remove", { server: "Attic" });
    const turn = new Turn(
      client.stream("chats.send", { chatId: chat.id, parentId: null, text: "Hello" }),
    );
    expect(await turn.message).toMatchObject({ status: "failed", error: { code: "unavailable" } });
  });
});
