import { spawnSync } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childrenOf, environmentOf } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

/** Runs a command with no network but its own loopback. */
const unplugged = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
const canUnplug =
  process.platform === "linux" &&
  spawnSync(unplugged[0]!, [...unplugged.slice(1), "true"]).status === 0;

/** Each would send something away, load code or redirect requests, were it heeded. */
const hostile = {
  LANGSMITH_TRACING: "true",
  LANGSMITH_API_KEY: "secret",
  LANGCHAIN_TRACING_V2: "true",
  NODE_OPTIONS: "--title=from-node-options",
  HTTP_PROXY: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  ALL_PROXY: "http://127.0.0.1:9",
  HF_TOKEN: "secret",
};

let engine: TestEngine;
let document: string;

beforeAll(async () => {
  engine = await TestEngine.make({ lingerMs: 60_000 });
  document = path.join(engine.folder, "lighthouse.md");
  await fs.writeFile(
    document,
    "# The lighthouse of Skerrow\n\nThe lighthouse of Skerrow was built in 1871 by Ada Brenn. " +
      "Its lamp burned whale oil until 1904, when it was changed to electric light.\n",
  );
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

async function json(args: string[], under: string[] = []): Promise<Record<string, unknown>> {
  const ended = await engine.cli([...args, "--json"], { under, env: hostile }).ended;
  expect(ended, ended.err).toMatchObject({ code: 0 });
  return JSON.parse(ended.out) as Record<string, unknown>;
}

async function wholeSession(under: string[]): Promise<void> {
  const said = await json(["chat", "--prompt", "Hello.", "--max-tokens", "8"], under);
  expect(said["text"]).not.toBe("");
  const taken = await json(["ingest", document], under);
  expect(taken["documents"]).toMatchObject([{ status: expect.stringMatching(/ready|unchanged/) }]);
  const question = "When was the lighthouse of Skerrow built?";
  const answer = await json(["ask", "--question", question], under);
  expect(answer).toMatchObject({ abstained: false });
  expect((answer["citations"] as { quote: string }[])[0]?.quote).toContain("1871");
  expect(await json(["requests"], under)).toEqual({ total: 0, requests: [] });
}

describe("without a network", () => {
  it("chats, reads and answers with the network taken away", async ({ skip }) => {
    skip(!canUnplug, "only Linux lets a process take its own network away, and not everywhere");
    const check = spawnSync(unplugged[0]!, [
      ...unplugged.slice(1),
      "sh",
      "-c",
      "ls /sys/class/net; cat /proc/net/route | wc -l",
    ]);
    // Only the heading of the table of routes: there is no way out.
    expect(String(check.stdout).trim().split("\n").at(-1)?.trim()).toBe("1");
    await wholeSession(unplugged);
    // The engine that has done so is one without a network itself, not one from outside.
    const pid = await engine.pid();
    const namespaces = [String(pid), "self"].map((who) => fs.readlink(`/proc/${who}/ns/net`));
    const [engineNetwork, ownNetwork] = await Promise.all(namespaces);
    expect(engineNetwork).not.toBe(ownNetwork);
    await engine.end();
  });

  it("asks for nothing where there is a network, and its processes have a clean environment", async () => {
    await wholeSession([]);
    if (process.platform !== "linux") return;
    const pid = await engine.pid();
    const children = childrenOf(pid!);
    expect(children).toHaveLength(2);
    for (const one of [pid!, ...children]) {
      const environment = environmentOf(one);
      expect(environment["PATH"]).toBe(process.env["PATH"]);
      expect(Object.keys(environment).filter((name) => name in hostile)).toEqual([]);
      expect(JSON.stringify(environment)).not.toContain("secret");
    }
  });
});
