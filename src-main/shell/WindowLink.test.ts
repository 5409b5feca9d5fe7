import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { protocolVersion, type Routes } from "../contract/routes.ts";
import { bridgePort, type EngineBridge } from "../rpc/bridgePort.ts";
import { RpcClient } from "../rpc/RpcClient.ts";
import { EngineDoor } from "../supervisor/EngineDoor.ts";
import { TestHome } from "../supervisor/fixtures/testHome.ts";
import { shellChannels } from "./channels.ts";
import { WindowLink } from "./WindowLink.ts";

describe("WindowLink", () => {
  let home: TestHome;
  let page: TestPage;

  beforeEach(async () => {
    home = await TestHome.make();
    page = new TestPage(home);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    page.link.dispose();
    await home.dispose();
  });

  it("relays a page that speaks before the engine runs", async () => {
    const client = page.connect();
    expect(await client.call("settings.update", { theme: "dark" })).toMatchObject({
      theme: "dark",
    });
  });

  it("answers the engine for the page", async () => {
    const client = page.connect();
    expect(await client.call("documents.pick", {})).toEqual({ paths: ["/picked.pdf"] });
    expect(page.frames.some((text) => text.includes("hostRequest"))).toBe(false);
  });

  it("keeps the page when the engine dies, and serves its next connection", async () => {
    const before = page.connect();
    const { generation } = await before.ready;
    const running = before.stream("generate.run", { messages: [{ role: "user", content: "Hi" }] });
    await running[Symbol.asyncIterator]().next();
    await home.kill();
    await expect(running.result).rejects.toMatchObject({ code: "connection-lost" });
    const after = page.connect();
    expect((await after.ready).generation).not.toBe(generation);
  });

  it("closes a connection that cannot be opened", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "exit");
    const client = page.connect();
    await expect(client.ready).rejects.toMatchObject({ code: "connection-lost" });
    expect(page.door.status).toMatchObject({
      state: "failed",
      error: { code: "engine-start-failed" },
    });
  });

  it("closes a connection on which the page answers for the face", async () => {
    const client = page.connect();
    await client.ready;
    page.link.post(page.connection, '{"type":"hostReply","id":1,"data":{}}');
    await expect(client.call("settings.update", {})).rejects.toMatchObject({
      code: "connection-lost",
    });
  });

  it("takes nothing from or for an earlier connection", async () => {
    const first = page.connect();
    await first.ready;
    const second = page.connect();
    await second.ready;
    const before = page.frames.length;
    page.link.post(page.connection - 1, '{"type":"request","id":9,"route":"x","input":{}}');
    page.link.close(page.connection - 1);
    expect(await second.call("settings.update", {})).toMatchObject({ theme: "system" });
    expect(page.frames.slice(before).some((text) => text.includes('"id":9'))).toBe(false);
  });

  it("says nothing to a page that has gone", async () => {
    const client = page.connect();
    await client.ready;
    page.link.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(page.closes).toBe(0);
  });
});

/** What preload and page do, without Electron between them. */
class TestPage {
  readonly link: WindowLink;
  readonly door: EngineDoor;
  readonly frames: string[] = [];
  connection = 0;
  closes = 0;
  #receive: (frame: unknown) => void = () => {};
  #closed: () => void = () => {};

  constructor(home: TestHome) {
    this.door = new EngineDoor({ home: home.path, starter: home.starter });
    this.link = new WindowLink({
      door: this.door,
      host: { "dialogs.pickFiles": () => ({ paths: ["/picked.pdf"] }) },
      send: (channel, of, text) => {
        if (of !== this.connection) return;
        if (channel === shellChannels.frame) {
          this.frames.push(String(text));
          this.#receive(JSON.parse(String(text)));
        } else {
          this.closes++;
          this.#closed();
        }
      },
    });
  }

  connect(): RpcClient<Routes> {
    const bridge: EngineBridge = {
      postFrame: (frame) => this.link.post(this.connection, JSON.stringify(frame)),
      onFrame: (receiver) => (this.#receive = receiver),
      onEngineClosed: (listener) => (this.#closed = listener),
      openEngine: () => void this.link.open(++this.connection),
      closeEngine: () => this.link.close(this.connection),
    };
    return new RpcClient<Routes>(bridgePort(bridge), { protocol: protocolVersion, face: "app" });
  }
}
