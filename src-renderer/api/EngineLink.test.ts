import { afterEach, describe, expect, it, vi } from "vitest";
import type { EngineStatus } from "../../src-main/contract/engineStatus.ts";
import { protocolVersion, routes } from "../../src-main/contract/routes.ts";
import { memoryPortPair } from "../../src-main/rpc/memoryPort.ts";
import type { Port } from "../../src-main/rpc/Port.ts";
import { RpcServer } from "../../src-main/rpc/RpcServer.ts";
import { EngineLink } from "./EngineLink.ts";

const died: EngineStatus = {
  state: "failed",
  givenUp: true,
  error: { code: "engine-died", title: "It keeps stopping.", cause: "", suggestion: "Try again." },
};

/** A page whose engine is there or not as the test says. */
function page(): {
  link: EngineLink;
  set: (status: EngineStatus) => void;
  attempts: () => number;
  drop: () => void;
} {
  let status: EngineStatus = { state: "connected", generation: "g1" };
  let attempts = 0;
  let open: Port | undefined;
  const served = { "system.shutdown": routes["system.shutdown"] } as const;
  const connect = (): Port => {
    attempts++;
    const [own, other] = memoryPortPair();
    open = other;
    if (status.state === "connected") {
      const server = new RpcServer({
        routes: served,
        handlers: { "system.shutdown": () => ({}) },
        protocol: protocolVersion,
        generation: status.generation,
        onFaceJoined: () => {},
        onFaceLeft: () => {},
      });
      server.accept(other);
    } else other.close();
    return own;
  };
  const link = new EngineLink(connect, () => ({
    status: () => Promise.resolve(status),
    retry: () => {
      status = { state: "connected", generation: "g2" };
      return Promise.resolve();
    },
  }));
  return {
    link,
    set: (next) => (status = next),
    attempts: () => attempts,
    drop: () => open?.close(),
  };
}

describe("EngineLink", () => {
  afterEach(() => vi.useRealTimers());

  it("connects again by itself to an engine that was lost", async () => {
    const { link, drop, set } = page();
    link.start();
    await link.whenReady(1000);
    set({ state: "connected", generation: "g2" });
    drop();
    await expect.poll(() => link.status.getState().kind).toBe("lost");
    await expect
      .poll(() => link.status.getState(), { timeout: 5000 })
      .toEqual({ kind: "ready", generation: "g2" });
  });

  it("says that an engine was given up, tells whoever waits, and has it started again", async () => {
    const { link, set, drop } = page();
    link.start();
    await link.whenReady(1000);
    set(died);
    drop();
    await expect
      .poll(() => link.status.getState())
      .toEqual({ kind: "stopped", error: died.state === "failed" && died.error });
    await expect(link.whenReady(60_000)).rejects.toMatchObject({ code: "engine-died" });
    await link.retry();
    await link.whenReady(1000);
    expect(link.status.getState()).toEqual({ kind: "ready", generation: "g2" });
  });

  it("keeps saying so between its own attempts, and finds an engine that another page started", async () => {
    vi.useFakeTimers();
    const { link, set, attempts } = page();
    set(died);
    const kinds: string[] = [];
    link.start();
    await vi.advanceTimersByTimeAsync(0);
    link.status.subscribe(({ kind }) => kinds.push(kind));
    expect(link.status.getState().kind).toBe("stopped");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts()).toBeGreaterThan(4);
    expect(new Set(kinds)).toEqual(new Set(["stopped"]));
    set({ state: "connected", generation: "g3" });
    await vi.advanceTimersByTimeAsync(6000);
    expect(link.status.getState()).toEqual({ kind: "ready", generation: "g3" });
  });
});
