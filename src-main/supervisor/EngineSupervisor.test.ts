import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EngineStatus } from "../contract/engineStatus.ts";
import type { ErrorData } from "../contract/errors.ts";
import { Breaker } from "./Breaker.ts";
import { EngineDoor } from "./EngineDoor.ts";
import { EngineSupervisor } from "./EngineSupervisor.ts";
import { isRunning, TestHome } from "./fixtures/testHome.ts";

describe("EngineSupervisor", () => {
  let home: TestHome;
  let supervisor: EngineSupervisor;
  let door: EngineDoor;
  let statuses: EngineStatus[];
  let notices: ErrorData[];

  beforeEach(async () => {
    home = await TestHome.make();
    // Of this test alone: what the one before left behind may still speak.
    const heard: EngineStatus[] = [];
    statuses = heard;
    notices = [];
    door = new EngineDoor({
      home: home.path,
      starter: home.starter,
      breaker: new Breaker({ firstWaitMs: 5 }),
      onStatus: (status) => heard.push(status),
    });
    supervisor = new EngineSupervisor({
      door,
      face: "test",
      onNotice: (notice) => notices.push(notice),
    });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    supervisor.close();
    await home.dispose();
  });

  async function nextGeneration(after: string): Promise<string> {
    await expect
      .poll(() => supervisor.connection?.generation ?? after, { timeout: 10_000 })
      .not.toBe(after);
    return supervisor.connection?.generation ?? "";
  }

  it("connects again to a new engine after the old one was killed", async () => {
    const first = await supervisor.connect();
    const running = first.client.stream("generate.run", {
      messages: [{ role: "user", content: "Hi" }],
    });
    await running[Symbol.asyncIterator]().next();
    await home.kill();
    await expect(running.result).rejects.toMatchObject({ code: "connection-lost" });
    await nextGeneration(first.generation);
    const again = supervisor.connection;
    expect(await again?.client.call("settings.update", { theme: "dark" })).toMatchObject({
      theme: "dark",
    });
    expect(notices.map(({ code }) => code)).toEqual(["engine-died"]);
    expect(statuses.map(({ state }) => state)).toEqual([
      "starting",
      "connected",
      "starting",
      "starting",
      "connected",
    ]);
  });

  it("stops after three deaths within a minute until the user asks", async () => {
    let { generation } = await supervisor.connect();
    for (let death = 1; death < 3; death++) {
      await home.kill();
      generation = await nextGeneration(generation);
    }
    await home.kill();
    await expect.poll(() => door.status.state, { timeout: 10_000 }).toBe("failed");
    expect(door.status).toMatchObject({ error: { code: "engine-died" } });
    await expect(supervisor.connect()).rejects.toMatchObject({ code: "engine-died" });
    expect(await home.starts()).toHaveLength(3);
    const again = await supervisor.retry();
    expect(again.generation).not.toBe(generation);
    expect(door.status).toEqual({ state: "connected", generation: again.generation });
  });

  it("starts none by itself when the minute is over, and says so", async () => {
    let now = 0;
    const patient = new EngineDoor({
      home: home.path,
      starter: home.starter,
      breaker: new Breaker({ limit: 1, now: () => now }),
    });
    const closed = new Promise((resolve) => {
      void patient.open().then(({ socket }) => socket.once("close", resolve));
    });
    await expect.poll(() => patient.status.state, { timeout: 10_000 }).toBe("connected");
    await home.kill();
    await closed;
    now = 120_000;
    await expect(patient.open()).rejects.toMatchObject({ code: "engine-died" });
    expect(patient.status).toMatchObject({ state: "failed", givenUp: true });
    expect(await home.starts()).toHaveLength(1);
    patient.retry();
    (await patient.open()).socket.destroy();
  });

  it("takes no page that left while the engine started for a failure", async () => {
    const leaving = new AbortController();
    const opening = door.open(leaving.signal);
    leaving.abort();
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    expect(door.status).toEqual({ state: "closed" });
  });

  it("stops on an engine that dies as soon as it is greeted", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "die-on-hello");
    await supervisor.connect();
    await expect.poll(() => door.status.state, { timeout: 10_000 }).toBe("failed");
    expect(door.status).toMatchObject({ error: { code: "engine-died" } });
    expect(await home.starts()).toHaveLength(3);
    expect(notices.at(-1)?.title).toBe("Hearth's engine keeps stopping.");
  });

  it("stops starting one that cannot start, and keeps telling why", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "too-new");
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(door.open()).rejects.toMatchObject({ code: "home-too-new" });
    }
    vi.unstubAllEnvs();
    await expect(door.open()).rejects.toMatchObject({ code: "home-too-new" });
    door.retry();
    (await door.open()).socket.destroy();
    expect(door.status.state).toBe("connected");
  });

  it("does not take an engine that ended in order for dead", async () => {
    const first = await supervisor.connect();
    await first.client.call("system.shutdown", {});
    await nextGeneration(first.generation);
    await supervisor.connection?.client.call("system.shutdown", {});
    await expect.poll(() => home.starts(), { timeout: 10_000 }).toHaveLength(3);
    await expect.poll(() => door.status.state, { timeout: 10_000 }).toBe("connected");
    expect(statuses.some((status) => status.state === "starting" && status.afterDeath)).toBe(false);
  });

  it("counts one death for many connections of one process", async () => {
    const opened = await Promise.all([door.open(), door.open(), door.open(), door.open()]);
    await home.kill();
    const next = await door.open();
    expect(next.record.generation).not.toBe(opened[0].record.generation);
    next.socket.destroy();
  });

  it("leaves the engine to others when it is closed", async () => {
    const { pid } = await supervisor.connect();
    const other = await door.open();
    supervisor.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isRunning(pid)).toBe(true);
    expect(door.status.state).toBe("connected");
    expect(notices).toEqual([]);
    other.socket.destroy();
  });
});
