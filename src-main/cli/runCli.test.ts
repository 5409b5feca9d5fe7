import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../contract/errors.ts";
import { defineCommand, type Command, type CommandResult } from "./Command.ts";
import { formatBytes, formatLocation, formatMs, formatTable, oneLine, share } from "./format.ts";
import { runCli } from "./runCli.ts";
import { Terminal } from "./Terminal.ts";
import { UsageError } from "./UsageError.ts";

interface Ended {
  code: number;
  out: string;
  err: string;
}

async function run(
  argv: string[],
  work: (context: Parameters<Command["run"]>[2]) => Promise<CommandResult>,
  options: { tty?: boolean; signal?: AbortSignal } = {},
): Promise<Ended> {
  let out = "";
  let err = "";
  const command = defineCommand({
    name: "try",
    usage: "",
    summary: "Tries",
    options: {},
    run: async (_values, _positionals, context) => await work(context),
  });
  const code = await runCli({
    argv,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: options.tty ?? false, columns: 40 },
    signal: options.signal ?? new AbortController().signal,
    cwd: path.join(os.tmpdir(), "here"),
    commands: [command],
  });
  return { code, out, err };
}

const failure = new HearthError({
  code: "model-missing",
  title: "No model.",
  cause: "None is here.",
  suggestion: "Get one.",
});

describe("runCli", () => {
  it("shows how a command is used where it does not understand its own words", async () => {
    const { code, err } = await run(["try"], () => {
      throw new UsageError("Name one thing.");
    });
    expect(code).toBe(64);
    expect(err).toContain("Name one thing.");
    expect(err).toContain("Usage: hearth try");
  });

  it("prints text, or JSON alone", async () => {
    const result = { json: { a: 1 }, text: "one\n" };
    const work = async (context: { terminal: Terminal }): Promise<CommandResult> => {
      context.terminal.log("working");
      return result;
    };
    expect(await run(["try"], work)).toEqual({ code: 0, out: "one\n", err: "working\n" });
    const json = await run(["try", "--json"], work);
    expect(JSON.parse(json.out)).toEqual({ a: 1 });
    expect(json.err).toBe("working\n");
  });

  it("tells a failure in words or as JSON", async () => {
    const work = (): Promise<CommandResult> => Promise.reject(failure);
    expect(await run(["try"], work)).toEqual({
      code: 1,
      out: "",
      err: "No model.\nNone is here.\nGet one.\n",
    });
    const json = await run(["try", "--json"], work);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toEqual({ error: failure.toData() });
  });

  it("passes a command's own exit code on", async () => {
    expect((await run(["try"], async () => ({ exitCode: 2 }))).code).toBe(2);
  });

  it("ends with 64 and the help where the line is not understood", async () => {
    const text = await run(["try", "--what"], async () => ({}));
    expect(text).toMatchObject({ code: 64, out: "" });
    expect(text.err).toContain("Unknown option --what.");
    expect(text.err).toContain("Usage: hearth try");
    const json = await run(["tri", "--json"], async () => ({}));
    expect(json.code).toBe(64);
    expect(JSON.parse(json.out)).toMatchObject({
      error: { code: "bad-input", title: "“tri” is not a command." },
    });
  });

  it("ends with 130 when it is interrupted, however that shows", async () => {
    const controller = new AbortController();
    const work = async (): Promise<CommandResult> => {
      controller.abort();
      throw failure;
    };
    const ended = await run(["try", "--json"], work, { signal: controller.signal });
    expect(ended.code).toBe(130);
    expect(JSON.parse(ended.out)).toMatchObject({ error: { code: "cancelled" } });
    expect((await run(["try"], () => Promise.reject(cancelledError()))).code).toBe(130);
  });

  it("shows progress to people only, and clears it", async () => {
    const work = async (context: { terminal: Terminal }): Promise<CommandResult> => {
      context.terminal.progress(`half ${"x".repeat(100)}`);
      return { text: "done\n" };
    };
    expect((await run(["try"], work)).err).toBe("");
    const shown = (await run(["try"], work, { tty: true })).err;
    expect(shown).toBe(`\r\u001b[2Khalf ${"x".repeat(34)}\r\u001b[2K`);
  });

  it("counts paths from where it was called, and finds the home", async () => {
    await run(["try", "--home", "sub"], async (context) => {
      expect(context.home).toBe(path.join(os.tmpdir(), "here", "sub"));
      expect(context.absolute("../x")).toBe(path.join(os.tmpdir(), "x"));
      return {};
    });
    expect.assertions(2);
  });

  it("lets no text move the cursor or set the title", async () => {
    const evil = "a\u001b[2J\u001b]0;title\u0007b\rc\u009b31m\u202ed\n\te\n";
    const ended = await run(["try"], async () => ({ text: evil }));
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(ended.out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/u);
    expect(ended.out.endsWith("\n\te\n")).toBe(true);
  });
});

describe("format", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [999_600, "1 MB"],
    [97_123_456, "97.1 MB"],
    [5e15, "5000 TB"],
  ])("%d bytes are %s", (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it.each([
    [12.4, "12 ms"],
    [4_210, "4.2 s"],
    [185_000, "3 min 5 s"],
  ])("%d ms are %s", (ms, words) => expect(formatMs(ms)).toBe(words));

  it("names places, shares and rows", () => {
    expect(formatLocation({ kind: "page", page: 3, rects: [] })).toBe("page 3");
    expect(formatLocation({ kind: "lines", from: 2, to: 2 })).toBe("line 2");
    expect(formatLocation({ kind: "time", fromMs: 0, toMs: 1500 })).toBe("0 ms to 1.5 s");
    expect([share(1, 3), share(1, 0), share(1, null)]).toEqual(["33 %", "", ""]);
    expect(
      formatTable([
        ["a", "b"],
        ["long", ""],
      ]),
    ).toBe("a     b\nlong\n");
    expect(oneLine("a\n b  c", 4)).toBe("a b…");
  });
});
