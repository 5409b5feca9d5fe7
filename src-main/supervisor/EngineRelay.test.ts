import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { protocolVersion, type Routes } from "../contract/routes.ts";
import type { Port } from "../rpc/Port.ts";
import { PortEvents } from "../rpc/Port.ts";
import { RpcClient, type HostHandlers } from "../rpc/RpcClient.ts";
import { EngineRelay } from "./EngineRelay.ts";
import { TestHome } from "./fixtures/testHome.ts";
import { openEngineSocket } from "./openEngineSocket.ts";

describe("EngineRelay", () => {
  let home: TestHome;
  let relay: EngineRelay | undefined;
  beforeEach(async () => {
    home = await TestHome.make();
  });
  afterEach(async () => {
    relay?.close();
    await home.dispose();
  });

  /** A page's client on a relay; `seen` is all that reached the page. */
  async function page(host?: HostHandlers) {
    const { socket } = await openEngineSocket({ home: home.path, starter: home.starter });
    const events = new PortEvents();
    const seen: string[] = [];
    relay = new EngineRelay({
      socket,
      toPage: (text) => {
        seen.push(text);
        events.deliver(JSON.parse(text));
      },
      onClose: () => events.closedNow(),
      ...(host ? { host } : {}),
    });
    const own = relay;
    const port: Port = {
      send: (frame) => own.fromPage(JSON.stringify(frame)),
      onFrame: (receiver) => events.setReceiver(receiver),
      onClose: (listener) => events.onClose(listener),
      close: () => own.close(),
    };
    const client = new RpcClient<Routes>(port, { protocol: protocolVersion, face: "page" });
    await client.ready;
    return { client, seen, relay: own, socket };
  }

  it("answers the engine itself; the page never sees the request", async () => {
    const asked: unknown[] = [];
    const { client, seen } = await page({
      "dialogs.pickFiles": (input) => {
        asked.push(input);
        return { paths: ["/a.pdf"] };
      },
    });
    expect(await client.call("documents.pick", {})).toEqual({ paths: ["/a.pdf"] });
    expect(asked).toEqual([{ title: "Add", extensions: ["pdf"], folders: true }]);
    expect(seen.some((text) => text.includes("hostRequest"))).toBe(false);
  });

  it("has the fallback where it cannot", async () => {
    const { client } = await page();
    expect(await client.call("documents.pick", {})).toEqual({ paths: null });
  });

  it("relays streams and their cancellation", async () => {
    const { client } = await page();
    const running = client.stream("generate.run", { messages: [{ role: "user", content: "Hi" }] });
    for await (const item of running) {
      expect(item).toEqual({ type: "delta", text: "x" });
      break;
    }
    await expect(running.result).rejects.toMatchObject({ code: "cancelled" });
  });

  it.each([
    [
      "an answer in the face's place",
      '{"type":"hostReply","id":1,"data":{"paths":["/etc/passwd"]}}',
    ],
    ["the same in disguise", '{"type":"host\\u0052eply","id":1,"data":{}}'],
    ["a failure in the face's place", '{"type":"hostError","id":1,"error":{}}'],
    ["two frames in one", '{"type":"cancel","id":1}\n{"type":"hostReply","id":1,"data":{}}'],
    ["no JSON", "{"],
    ["no object", "7"],
    ["no text", { type: "hello" }],
    ["a frame of the engine", '{"type":"reply","id":1,"data":{}}'],
    ["too long a frame", `{"type":"request","route":"${"x".repeat(33 * 1024 * 1024)}"}`],
  ])("does not pass on %s", async (_name, text) => {
    const { relay: own, client } = await page();
    expect(own.fromPage(text)).toBe(false);
    expect(await client.call("documents.pick", {})).toEqual({ paths: null });
  });

  it("lets a malformed request through to be answered", async () => {
    const { relay: own, seen } = await page();
    expect(own.fromPage('{"type":"request","id":7}')).toBe(true);
    await expect.poll(() => seen.at(-1)).toMatch(/"type":"error","id":7/);
  });

  it("tells the page when the engine is gone", async () => {
    const { client, socket } = await page();
    const closed = once(socket, "close");
    const waiting = client.stream("generate.run", { messages: [{ role: "user", content: "Hi" }] });
    await waiting[Symbol.asyncIterator]().next();
    await home.kill();
    await closed;
    await expect(waiting.result).rejects.toMatchObject({ code: "connection-lost" });
  });
});
