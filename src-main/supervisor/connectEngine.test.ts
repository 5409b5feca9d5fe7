import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectEngine, type EngineConnection } from "./connectEngine.ts";
import { engineRecordPath, readEngineRecord, writeEngineRecord } from "./engineRecord.ts";
import { isRunning, TestHome } from "./fixtures/testHome.ts";

describe("connectEngine", () => {
  let home: TestHome;
  let open: EngineConnection[] = [];

  beforeEach(async () => {
    home = await TestHome.make();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const connection of open) connection.close();
    open = [];
    await home.dispose();
  });

  async function connect(face = "test"): Promise<EngineConnection> {
    const connection = await connectEngine({ home: home.path, face, starter: home.starter });
    open.push(connection);
    return connection;
  }

  function facesOf(connection: EngineConnection): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const stop = connection.client.watch(
        "system.state",
        {},
        (value) => {
          resolve(value.faces.map(({ kind }) => kind));
          stop();
        },
        reject,
      );
    });
  }

  it("starts an engine where there is none, and attaches a second face to it", async () => {
    const app = await connect("app");
    const cli = await connect("cli");
    expect(cli.generation).toBe(app.generation);
    expect(await facesOf(app)).toEqual(["app", "cli"]);
    expect(await home.starts()).toEqual([app.pid]);
  });

  it("gives five faces that start at once one engine", async () => {
    // Each in a process of its own would start one; here the starts are kept apart instead.
    const connections = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const starter = { start: (folder: string) => home.starter.start(folder) };
        return connectEngine({ home: home.path, face: "test", starter });
      }),
    );
    open.push(...connections);
    expect(new Set(connections.map(({ generation }) => generation)).size).toBe(1);
    expect(await home.starts()).toHaveLength(1);
  });

  it("gives faces of several processes that start at once one engine", async () => {
    const engines = await Promise.all(
      Array.from({ length: 4 }, () => home.starter.start(home.path)),
    );
    await expect.poll(() => readEngineRecord(home.path), { timeout: 10_000 }).toBeDefined();
    const connection = await connect();
    const losers = engines.filter(({ pid }) => pid !== connection.pid);
    expect(losers).toHaveLength(3);
    for (const loser of losers) {
      expect((await loser.ended).error?.code).toBe("home-in-use");
    }
    expect(await home.starts()).toEqual([connection.pid]);
  });

  it("replaces an engine that was killed, over its stale record and dead socket", async () => {
    const first = await connect();
    const waiting = first.client.stream("generate.run", {
      messages: [{ role: "user", content: "Hi" }],
    });
    await waiting[Symbol.asyncIterator]().next();
    await home.kill();
    await expect(waiting.result).rejects.toMatchObject({ code: "connection-lost" });
    expect((await readEngineRecord(home.path))?.pid).toBe(first.pid);
    const second = await connect();
    expect(second.generation).not.toBe(first.generation);
    expect(await home.starts()).toEqual([first.pid, second.pid]);
  });

  it("is not misled by a record that is damaged or names a wrong socket", async () => {
    await fs.writeFile(engineRecordPath(home.path), "{ half");
    const first = await connect();
    await home.kill();
    const record = await readEngineRecord(home.path);
    await writeEngineRecord(home.path, { ...record!, socket: path.join(home.path, "gone.sock") });
    const second = await connect();
    expect(second.pid).not.toBe(first.pid);
  });

  it("ends the engine when the last face has left, and leaves nothing behind", async () => {
    const one = await connect();
    const two = await connect();
    one.close();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(isRunning(two.pid)).toBe(true);
    two.close();
    await expect.poll(() => isRunning(two.pid), { timeout: 5000 }).toBe(false);
    const left = await fs.readdir(home.path);
    expect(left.sort()).toEqual(["engine.lock", "logs", "starts.log"]);
  });

  it.runIf(process.platform !== "win32")("lets only its user in", async () => {
    await connect();
    const record = await readEngineRecord(home.path);
    const modeOf = async (file: string): Promise<number> => (await fs.stat(file)).mode & 0o777;
    await expect.poll(() => modeOf(record!.socket)).toBe(0o600);
    expect(await modeOf(path.dirname(record!.socket))).toBe(0o700);
    expect(await modeOf(engineRecordPath(home.path))).toBe(0o600);
    expect(await modeOf(path.join(home.path, "logs", "engine.log"))).toBe(0o600);
  });

  it("does not hand its environment to the engine", async () => {
    vi.stubEnv("NODE_OPTIONS", "--require=/does/not/exist.cjs");
    const connection = await connect();
    expect(isRunning(connection.pid)).toBe(true);
  });

  it("tells why the engine could not start", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "exit");
    await expect(connect()).rejects.toMatchObject({
      code: "engine-start-failed",
      reason: "It ended with code 3. Its last words: The stove is cold.",
    });
  });

  it("passes on the engine's own reason", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "too-new");
    await expect(connect()).rejects.toMatchObject({
      code: "home-too-new",
      title: "Made by a newer Hearth.",
    });
  });

  it("refuses an engine of another version", async () => {
    vi.stubEnv("HEARTH_TEST_ENGINE", "other-version");
    await expect(connect()).rejects.toMatchObject({ code: "conflict" });
  });

  it("says which folder cannot be used", async () => {
    const file = path.join(home.path, "a-file");
    await fs.writeFile(file, "");
    const connecting = connectEngine({ home: file, face: "test", starter: home.starter });
    await expect(connecting).rejects.toMatchObject({ code: "home-unusable" });
    await expect(connecting).rejects.toThrow(file);
  });

  it("stops waiting when told", async () => {
    const controller = new AbortController();
    const starter = {
      start: async () => ({ pid: 0, ended: new Promise<never>(() => {}), logTail: async () => "" }),
    };
    const connecting = connectEngine({
      home: home.path,
      face: "test",
      starter,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 50);
    await expect(connecting).rejects.toMatchObject({ code: "cancelled" });
  });

  it("gives up on an engine that never listens", async () => {
    const starter = {
      start: async () => ({
        pid: 0,
        ended: new Promise<never>(() => {}),
        logTail: async () => "Still warming up.",
      }),
    };
    const connecting = connectEngine({
      home: path.join(home.path, "slow"),
      face: "test",
      starter,
      deadlineMs: 200,
    });
    await expect(connecting).rejects.toMatchObject({
      code: "engine-start-failed",
      reason: "It did not answer within 0 seconds. Its last words: Still warming up.",
    });
  });
});
