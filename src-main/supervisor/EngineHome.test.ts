import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireHome, listenForFaces } from "./EngineHome.ts";
import { engineRecordPath } from "./engineRecord.ts";
import { answersAt } from "./engineSocket.ts";
import { makePrivateFolder, socketAddresses } from "./socketAddress.ts";

const identity = { generation: "g1", version: "1.0.0" };

describe("EngineHome", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-home-"));
  });
  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  it("is one process's at a time", async () => {
    const lock = await acquireHome(folder);
    await expect(acquireHome(folder, 100)).rejects.toMatchObject({ code: "home-in-use" });
    lock.release();
    (await acquireHome(folder, 100)).release();
  });

  it("excludes another process, and is free the moment that one is killed", async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, "EngineHome.ts"));
    const script = `const { acquireHome } = await import(${module});
      await acquireHome(${JSON.stringify(folder)});
      process.kill(process.pid, "SIGKILL");`;
    const lock = await acquireHome(folder);
    const quick = script.replace(`await acquireHome(${JSON.stringify(folder)})`, (call) =>
      call.replace(")", ", 100)"),
    );
    const run = promisify(execFile);
    const args = ["--input-type=module", "-e"];
    await expect(run(process.execPath, [...args, quick])).rejects.toThrow(/home-in-use/);
    lock.release();
    await expect(run(process.execPath, [...args, script])).rejects.toMatchObject({
      signal: "SIGKILL",
    });
    (await acquireHome(folder, 0)).release();
  });

  it("waits for an engine that is just ending", async () => {
    const lock = await acquireHome(folder);
    setTimeout(() => lock.release(), 150);
    const next = await acquireHome(folder, 5000);
    expect(next.home).toBe(folder);
    next.release();
  });

  it("does not wait for an engine that answers", async () => {
    const lock = await acquireHome(folder);
    const listener = await listenForFaces(lock, identity, (port) => port.close());
    const before = Date.now();
    await expect(acquireHome(folder, 10_000)).rejects.toMatchObject({
      code: "home-in-use",
      reason: `It is ${folder}, used by process ${process.pid}.`,
    });
    expect(Date.now() - before).toBeLessThan(3000);
    await listener.close();
    lock.release();
  });

  it("makes a missing home, closed to others", async () => {
    const home = path.join(folder, "deep", "home");
    (await acquireHome(home)).release();
    expect((await fs.stat(home)).mode & 0o777).toBe(0o700);
  });

  it("leaves the access of a folder in use as it is, and puts its socket elsewhere", async () => {
    await fs.writeFile(path.join(folder, "mine.txt"), "");
    await fs.chmod(folder, 0o755);
    const lock = await acquireHome(folder);
    const listener = await listenForFaces(lock, identity, (port) => port.close());
    expect((await fs.stat(folder)).mode & 0o777).toBe(0o755);
    expect(listener.socket.startsWith(folder)).toBe(false);
    expect((await fs.stat(path.dirname(listener.socket))).mode & 0o777).toBe(0o700);
    await listener.close();
    await expect(fs.stat(path.dirname(listener.socket))).rejects.toMatchObject({ code: "ENOENT" });
    lock.release();
  });

  it("takes a home with a long name", async () => {
    const home = path.join(folder, "x".repeat(120));
    const lock = await acquireHome(home);
    const listener = await listenForFaces(lock, identity, (port) => port.close());
    expect(Buffer.byteLength(listener.socket)).toBeLessThanOrEqual(100);
    await listener.close();
    lock.release();
  });

  it("has its record in place before a face can reach it by the one of an engine before", async () => {
    const lock = await acquireHome(folder);
    const before = await listenForFaces(lock, { ...identity, generation: "g0" }, () => {});
    const stale = await fs.readFile(engineRecordPath(folder), "utf8");
    await before.close();
    await fs.writeFile(engineRecordPath(folder), stale);
    const listening = listenForFaces(lock, identity, (port) => port.close());
    while (!(await answersAt(before.socket))) await nextTurn();
    expect(readFileSync(engineRecordPath(folder), "utf8")).toContain(identity.generation);
    await (await listening).close();
    lock.release();
  });

  it("does not remove the record of a later engine", async () => {
    const lock = await acquireHome(folder);
    const listener = await listenForFaces(lock, identity, (port) => port.close());
    const later = { ...identity, generation: "g2" };
    const text = (await fs.readFile(engineRecordPath(folder), "utf8")).replace("g1", "g2");
    await fs.writeFile(engineRecordPath(folder), text);
    await listener.close();
    expect(await fs.readFile(engineRecordPath(folder), "utf8")).toContain(later.generation);
    lock.release();
  });

  it("says that a damaged lock file cannot be used", async () => {
    await fs.writeFile(path.join(folder, "engine.lock"), "not a database".repeat(100));
    await expect(acquireHome(folder)).rejects.toMatchObject({ code: "home-unusable" });
  });
});

describe("socketAddresses", () => {
  const base = {
    platform: "linux",
    home: "/users/ann/.local/share/hearth",
    homeIsPrivate: true,
    runtimeDir: "/run/user/1000",
    temporaryDir: "/tmp",
    userId: 1000,
  };
  const long = `/users/${"a".repeat(120)}`;

  it.each([
    ["a private home", {}, /^\/users\/ann\/\.local\/share\/hearth\/engine\.sock$/],
    ["an open home", { homeIsPrivate: false }, /^\/run\/user\/1000\/hearth-[0-9a-f]{16}\//],
    ["a long home", { home: long }, /^\/run\/user\/1000\/hearth-/],
    ["no session", { home: long, runtimeDir: undefined }, /^\/tmp\/hearth-1000-[0-9a-f]{16}\//],
    ["a relative session folder", { home: long, runtimeDir: "run" }, /^\/tmp\/hearth-1000-/],
    [
      "a long folder for temporary files",
      { home: long, runtimeDir: undefined, temporaryDir: `/var/${"b".repeat(90)}` },
      /^\/tmp\/hearth-1000-/,
    ],
    ["Windows", { platform: "win32" }, /^\\\\\.\\pipe\\hearth-[0-9a-f]{32}$/],
  ])("with %s", (_name, change, expected) => {
    const [first] = socketAddresses({ ...base, ...change });
    expect(first?.path).toMatch(expected);
  });

  it("differ between homes", () => {
    const [one] = socketAddresses({ ...base, home: `${long}1` });
    const [two] = socketAddresses({ ...base, home: `${long}2` });
    expect(one?.path).not.toBe(two?.path);
  });
});

describe.runIf(process.platform !== "win32")("makePrivateFolder", () => {
  it("refuses what somebody else could have laid there", async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-trap-"));
    const open = path.join(folder, "open");
    await fs.mkdir(open);
    await fs.chmod(open, 0o777);
    const link = path.join(folder, "link");
    const target = path.join(folder, "target");
    await fs.mkdir(target, { mode: 0o700 });
    await fs.symlink(target, link);
    for (const trap of [open, link]) {
      await expect(makePrivateFolder(trap)).rejects.toMatchObject({ code: "home-unusable" });
    }
    await makePrivateFolder(path.join(folder, "new"));
    await makePrivateFolder(path.join(folder, "new"));
    await fs.rm(folder, { recursive: true });
  });
});
