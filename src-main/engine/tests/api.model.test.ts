import net, { type AddressInfo } from "node:net";
import { once } from "node:events";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ApiServerState } from "../../contract/apiServer.ts";
import type { Client } from "./testing/conversation.ts";
import { childrenRunning, gone, kill9 } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let port: number;

beforeEach(async () => {
  engine = await TestEngine.make({ lingerMs: 500 });
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  ({ port } = probe.address() as AddressInfo);
  await new Promise((resolve) => probe.close(resolve));
});
afterEach(() => engine[Symbol.asyncDispose]());

function watchApi(client: Client): () => ApiServerState | undefined {
  let state: ApiServerState | undefined;
  client.watch("api.state", {}, (value) => (state = value));
  return () => state;
}

function becomes(state: () => ApiServerState | undefined, wanted: object) {
  return expect.poll(state, { timeout: 30_000 }).toMatchObject(wanted);
}

const question = {
  model: "SmolLM2-135M-Instruct.Q4_1",
  messages: [{ role: "user" as const, content: "Name three colours." }],
  max_tokens: 12,
  temperature: 0,
};

async function streamed(client: OpenAI): Promise<string> {
  let text = "";
  const chunks = await client.chat.completions.create({ ...question, stream: true });
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

describe("the API of an engine", () => {
  it("serves the official client, comes back when killed, and after a restart", async () => {
    const { client: app } = await engine.connect("app");
    const state = watchApi(app);
    await becomes(state, { status: "off" });
    await app.call("settings.update", { apiOn: true, apiPort: port });
    const url = `http://127.0.0.1:${port}/v1`;
    await becomes(state, { status: "on", url });

    const { secret } = await app.call("keys.add", { name: "editor" });
    const program = new OpenAI({ baseURL: url, apiKey: secret, maxRetries: 0 });
    const ids = (await program.models.list()).data.map(({ id }) => id);
    expect(ids).toContain(question.model);
    const whole = await program.chat.completions.create(question);
    expect(await streamed(program)).toBe(whole.choices[0]?.message.content);
    const stranger = new OpenAI({ baseURL: url, apiKey: "hearth-no", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });

    // Killed: a client that waits is told, and the next request works.
    const pid = await apiPid(engine);
    const cut = streamed(program).then(
      () => "whole",
      () => "cut",
    );
    await kill9(pid);
    expect(await cut).toBe("cut");
    await vi.waitFor(() => program.models.list(), { timeout: 10_000, interval: 100 });
    expect(await apiPid(engine)).not.toBe(pid);
    await becomes(state, { status: "on", url });

    // In order or not, it ends with its engine, and the next one starts it.
    const children = await engine.killEngine();
    await gone(children, 10_000);
    const again = await engine.connect("app");
    await becomes(watchApi(again.client), { status: "on", url });
    expect(await streamed(program)).toBe(whole.choices[0]?.message.content);

    await again.client.call("settings.update", { apiOn: false });
    await becomes(watchApi(again.client), { status: "off" });
    await expect(program.models.list()).rejects.toThrow("Connection error");
  });

  it("is one for all faces, and does not keep an engine that they have left", async () => {
    const app = await engine.connect("app");
    await app.client.call("settings.update", { apiOn: true, apiPort: port });
    const state = watchApi(app.client);
    await becomes(state, { status: "on" });
    const api = await apiPid(engine);
    const host = engine.cli(["serve"]);
    await expect.poll(() => host.printed.out, { timeout: 60_000 }).toMatch(/^api: /m);
    const command = await engine.cli(["models", "list"]).ended;
    expect(command.code).toBe(0);
    expect(await apiPid(engine)).toBe(api);

    const pid = await engine.pid();
    await engine.killCli(host);
    app.close();
    await gone([pid ?? 0, api], 10_000);
  });

  it("says that its port is taken, and takes the one that is named", async () => {
    const other = net.createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    try {
      const { client } = await engine.connect("app");
      const state = watchApi(client);
      await client.call("settings.update", { apiOn: true, apiPort: port });
      await becomes(state, { status: "failed", error: { title: `Port ${port} is taken.` } });
      const failed = state();
      if (failed?.status !== "failed" || failed.freePort === null) throw new Error("No free port.");
      expect(failed.error.suggestion).toContain(`Take port ${failed.freePort}`);
      await client.call("settings.update", { apiPort: failed.freePort });
      await becomes(state, { status: "on", port: failed.freePort });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });
});

/** The engine's one child that serves the API. */
async function apiPid(of: TestEngine): Promise<number> {
  const enginePid = await of.pid();
  const [pid, ...more] = childrenRunning(enginePid ?? 0, "apiMain");
  if (pid === undefined || more.length > 0) throw new Error("The engine has not one API process.");
  return pid;
}
