import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ApiServerState } from "../../contract/apiServer.ts";
import { settingsSchema, type Settings } from "../../contract/settings.ts";
import { nodeBinary } from "../../paths/entries.ts";
import type { Port } from "../../rpc/Port.ts";
import { Breaker } from "../../supervisor/Breaker.ts";
import { Cell } from "../core/Cell.ts";
import { ApiServer } from "./ApiServer.ts";

const open: ApiServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
});

/** A server whose processes do what `fixtures/apiProcess.ts` says of their ports. */
function start(first: Partial<Settings>, startMs = 20_000) {
  const settings = new Cell(settingsSchema.parse(first));
  const ports: Port[] = [];
  const lines: string[] = [];
  const server = new ApiServer({
    entryPath: path.join(import.meta.dirname, "fixtures", "apiProcess.ts"),
    execPath: nodeBinary(),
    settings,
    accept: (port) => ports.push(port),
    log: (line) => lines.push(line),
    breaker: new Breaker({ firstWaitMs: 1 }),
    startMs,
  });
  open.push(server);
  const seen: ApiServerState["status"][] = [];
  server.cell.subscribe(() => seen.push(server.cell.get().status));
  server.follow();
  const change = (patch: Partial<Settings>): void => {
    settings.update((now) => ({ ...now, ...patch }));
    server.follow();
  };
  const becomes = async (state: object): Promise<void> => {
    await expect.poll(() => server.cell.get(), { timeout: 20_000 }).toMatchObject(state);
  };
  return { server, seen, ports, lines, change, becomes };
}

function runs(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("ApiServer", () => {
  it("is off until it is switched on, and off again", async () => {
    const { server, change, becomes, seen, ports } = start({ apiPort: 2000 });
    expect(server.cell.get()).toEqual({ status: "off" });
    expect(server.pid).toBeUndefined();
    change({ apiOn: true });
    await becomes({ status: "on", url: "http://127.0.0.1:2000/v1", otherUrls: [] });
    expect(ports).toHaveLength(1);
    const { pid } = server;
    expect(runs(pid)).toBe(true);
    // What does not concern it changes nothing.
    change({ theme: "dark" });
    expect(server.pid).toBe(pid);
    change({ apiOn: false });
    await becomes({ status: "off" });
    expect(runs(pid)).toBe(false);
    expect(new Set(seen)).toEqual(new Set(["starting", "on", "off"]));
  });

  it("opens to other computers when asked, and not while the offline lock is on", async () => {
    const { change, becomes, ports } = start({ apiOn: true, apiPort: 2000, apiOpen: true });
    await becomes({ status: "on", otherUrls: ["http://192.0.2.7/v1"] });
    change({ offline: true });
    await becomes({ status: "on", otherUrls: [] });
    change({ offline: false });
    await becomes({ status: "on", otherUrls: ["http://192.0.2.7/v1"] });
    expect(ports).toHaveLength(3);
  });

  it("says why it cannot listen, and tries again when asked or told another port", async () => {
    const { server, change, becomes, seen, lines } = start({ apiOn: true, apiPort: 2001 });
    await becomes({ status: "failed", error: { title: "Taken." }, freePort: 2000 });
    seen.length = 0;
    server.retry();
    await becomes({ status: "failed" });
    expect(seen).toContain("starting");
    change({ apiPort: 2000 });
    await becomes({ status: "on" });
    // It told its reason; nothing died.
    expect(lines).toEqual([]);
    seen.length = 0;
    server.retry();
    expect(seen).toEqual([]);
  });

  it("starts one that was killed again", async () => {
    const { server, becomes, lines } = start({ apiOn: true, apiPort: 2000 });
    await becomes({ status: "on" });
    const pid = server.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => server.pid !== pid && server.cell.get().status).toBe("on");
    expect(lines).toHaveLength(1);
  });

  it("gives up on one that keeps dying, with its last words, until the user asks", async () => {
    const { server, becomes, lines } = start({ apiOn: true, apiPort: 2002 });
    await becomes({
      status: "failed",
      error: { code: "unavailable", cause: expect.stringContaining("it hurts") },
    });
    expect(lines).toHaveLength(3);
    server.retry();
    await expect.poll(() => lines.length).toBeGreaterThan(3);
  });

  it("ends one that says nothing, and one that does not want to end", async () => {
    const silent = start({ apiOn: true, apiPort: 2003 }, 300);
    await silent.becomes({ status: "failed" });
    const stubborn = start({ apiOn: true, apiPort: 2004 });
    await stubborn.becomes({ status: "on" });
    const { pid } = stubborn.server;
    stubborn.change({ apiOn: false });
    await stubborn.becomes({ status: "off" });
    expect(runs(pid)).toBe(false);
  });
});
