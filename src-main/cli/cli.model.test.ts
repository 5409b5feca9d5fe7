import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entryPath, nodeBinary, rootDir } from "../paths/entries.ts";
import { connectEngine } from "../supervisor/connectEngine.ts";

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Started {
  printed: { out: string; err: string };
  ended: Promise<Ended>;
  interrupt(): void;
}

let folder: string;
let home: string;
let docs: string;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-cli-"));
  home = path.join(folder, "home");
  docs = path.join(folder, "docs");
  await fs.mkdir(path.join(home, "models"), { recursive: true });
  await fs.mkdir(path.join(docs, "deep"), { recursive: true });
  const models = process.env["HEARTH_TEST_MODELS"] ?? path.join(rootDir(), ".cache", "models");
  for (const name of ["SmolLM2-135M-Instruct.Q4_1.gguf", "all-MiniLM-L6-v2.Q8_0.gguf"]) {
    await fs.symlink(path.join(models, name), path.join(home, "models", name));
  }
  await fs.writeFile(
    path.join(docs, "lighthouse.md"),
    "# The lighthouse of Skerrow\n\nThe lighthouse of Skerrow was built in 1871 by Ada Brenn. " +
      "Its lamp burned whale oil until 1904, when it was changed to electric light.\n",
  );
  await fs.writeFile(
    path.join(docs, "deep", "bread.txt"),
    "Rye bread needs a sourdough starter. Let the dough rest for twelve hours before baking.\n",
  );
});

afterAll(async () => {
  const connection = await connectEngine({ home, face: "test" });
  const closed = new Promise<void>((resolve) => connection.client.onClose(resolve));
  await connection.client.call("system.shutdown", {});
  await closed;
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

/** Starts a command; what it has printed so far is in `printed`. */
function start(...args: string[]): Started {
  const child = spawn(nodeBinary(), [entryPath("cli"), ...args, "--home", home], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.err += text));
  const closed = once(child, "close") as Promise<[number | null]>;
  const ended = closed.then(([code]) => ({ code, ...printed }));
  return { printed, ended, interrupt: () => child.kill("SIGINT") };
}

function finish(...args: string[]): Promise<Ended> {
  return start(...args).ended;
}

async function json(...args: string[]): Promise<Ended & { value: Record<string, unknown> }> {
  const ended = await finish(...args, "--json");
  // JSON alone: a stray line on standard output fails here.
  return { ...ended, value: JSON.parse(ended.out) as Record<string, unknown> };
}

const anyNumber = expect.any(Number) as number;
const anyText = expect.any(String) as string;

describe("the command line with real models", () => {
  it("lists models", async () => {
    const { code, value } = await json("models", "list");
    expect(code).toBe(0);
    const models = value["models"] as { kind: string; name: string }[];
    expect(models.map((model) => model.kind).toSorted()).toEqual(["chat", "embedding"]);
    expect(models.find((model) => model.kind === "chat")).toEqual({
      id: anyText,
      name: anyText,
      path: path.join(home, "models", "SmolLM2-135M-Instruct.Q4_1.gguf"),
      kind: "chat",
      architecture: "llama",
      parameters: anyNumber,
      quantization: "Q4_1",
      bytes: anyNumber,
      contextLength: anyNumber,
      hasChatTemplate: true,
    });
  });

  it("tells what other quantizations of a model would be, and makes none it is not asked for", async () => {
    const { code, value } = await json("models", "quantize", "smollm2");
    expect(code).toBe(0);
    const options = value["options"] as { type: string; refusal: string | null; bytes: number }[];
    expect(options.find(({ type }) => type === "Q4_K_M")).toMatchObject({
      refusal: null,
      warning: "no-gain",
      fileName: "SmolLM2-135M-Instruct.Q4_K_M.gguf",
      fallbacks: [
        { wanted: "Q4_K", blockLength: 256, instead: "Q5_0", tensors: 166 },
        { wanted: "Q6_K", blockLength: 256, instead: "Q8_0", tensors: 14 },
      ],
    });
    const refused = await json("models", "quantize", "smollm2", "--to", "iq2_xxs");
    expect(refused.code).not.toBe(0);
    expect(refused.value["error"]).toMatchObject({ code: "model-unsupported" });
    const unknown = await finish("models", "quantize", "smollm2", "--to", "q9");
    expect(unknown.err).toContain("There is no quantization q9.");
  });

  it("chats, and the same seed says the same", async () => {
    const line = ["chat", "--prompt", "Name three colours.", "--max-tokens", "16", "--seed", "7"];
    const first = await json(...line);
    expect(first.code).toBe(0);
    expect(first.value).toMatchObject({
      text: anyText,
      tokens: anyNumber,
      promptTokens: anyNumber,
      tokensPerSecond: anyNumber,
      firstTokenMs: anyNumber,
      model: anyText,
      quantization: "Q4_1",
    });
    expect(first.value["text"]).not.toBe("");
    expect(first.value["tokens"]).toBeLessThanOrEqual(16);
    expect((await json(...line)).value["text"]).toBe(first.value["text"]);
    const words = await finish(...line);
    expect(words.out.trim()).toBe(String(first.value["text"]).trim());
    expect(words.err).toContain("per second");
  });

  it("takes documents in, knows them again, and goes on past one that is broken", async () => {
    const first = await json("ingest", "docs");
    expect(first.code).toBe(0);
    expect(first.value["documents"]).toEqual(
      ["bread.txt", "lighthouse.md"].map((name) => ({
        documentId: anyText,
        name,
        status: "ready",
        pages: null,
        recognized: [],
        unreadable: [],
        chunks: 1,
        ms: anyNumber,
      })),
    );
    const broken = path.join(folder, "broken.pdf");
    await fs.writeFile(broken, "%PDF-1.7\nnothing\n");
    const second = await json("ingest", broken, path.join("docs", "lighthouse.md"));
    expect(second.code).toBe(2);
    expect(second.value["documents"]).toMatchObject([
      {
        name: "broken.pdf",
        status: "failed",
        error: { code: "file-damaged", title: anyText, suggestion: anyText },
      },
      { name: "lighthouse.md", status: "unchanged" },
    ]);
  });

  it("searches all documents, or the chosen ones", async () => {
    const all = await json("search", "--query", "sourdough rest", "--limit", "1");
    expect(all.value["hits"]).toMatchObject([
      {
        documentId: anyText,
        document: "bread.txt",
        page: null,
        location: { kind: "lines" },
        text: expect.stringContaining("sourdough") as string,
        score: anyNumber,
        explain: { contributions: expect.any(Array) as unknown[] },
      },
    ]);
    const line = ["search", "--query", "sourdough rest", "--docs"];
    const one = await json(...line, path.join("docs", "lighthouse.md"));
    const names = (one.value["hits"] as { document: string }[]).map((hit) => hit.document);
    expect(new Set(names)).toEqual(new Set(["lighthouse.md"]));
    const below = await json(...line, path.join("docs", "deep"));
    expect(below.value["hits"]).toMatchObject([{ document: "bread.txt" }]);
  });

  it("answers from documents with citations", async () => {
    const question = "When was the lighthouse of Skerrow built?";
    const { code, value } = await json("ask", "--question", question, "--docs", "docs");
    expect(code).toBe(0);
    expect(value).toMatchObject({ abstained: false, answer: anyText });
    expect((value["citations"] as unknown[])[0]).toMatchObject({
      n: 1,
      documentId: anyText,
      document: "lighthouse.md",
      page: null,
      quote: expect.stringContaining("1871") as string,
    });
    expect(value["sentences"]).toContainEqual({
      text: anyText,
      supported: "supported",
      citations: [1],
      missing: [],
      claims: true,
    });
    expect(value["receipt"]).toMatchObject({
      retrieved: anyNumber,
      used: anyNumber,
      promptTokens: anyNumber,
      answerTokens: anyNumber,
      retrieveMs: anyNumber,
      firstTokenMs: anyNumber,
      totalMs: anyNumber,
      model: anyText,
      quantization: "Q4_1",
    });
  });

  it("measures decoding", async () => {
    const { value } = await json("bench", "decode", "--tokens", "16", "--runs", "1");
    expect(value).toMatchObject({
      tokensPerSecond: anyNumber,
      tokens: 16,
      threads: anyNumber,
      model: anyText,
    });
    expect(value["tokensPerSecond"]).toBeGreaterThan(1);
  });

  it("measures retrieval", async () => {
    const data = path.join(folder, "beir");
    await fs.mkdir(data);
    const write = (name: string, text: string): Promise<void> =>
      fs.writeFile(path.join(data, name), text);
    await write(
      "corpus.jsonl",
      '{"_id":"a","title":"Rye","text":"Rye bread needs a sourdough starter."}\n' +
        '{"_id":"b","title":"Lamp","text":"The lamp of the lighthouse burned whale oil."}\n',
    );
    await write("queries.jsonl", '{"_id":"q","text":"lighthouse lamp"}\n');
    await write("qrels.tsv", "query-id\tcorpus-id\tscore\nq\tb\t1\n");
    const { value } = await json("eval", "retrieval", "--data", "beir");
    const perfect = { ndcgAt10: 1, recallAt5: 1, recallAt10: 1, mrrAt10: 1 };
    expect(value).toEqual({
      dataset: "beir",
      documents: 2,
      queries: 1,
      arms: { keyword: perfect, vector: perfect, hybrid: perfect },
      ingestMs: anyNumber,
    });
  });

  it("tells what is missing, as JSON and in words", async () => {
    const line = ["chat", "--prompt", "x", "--model", "nothing"];
    const failed = await json(...line);
    expect(failed.code).toBe(1);
    expect(failed.value).toMatchObject({
      error: { code: "model-missing", title: "There is no model “nothing”.", suggestion: anyText },
    });
    const words = await finish(...line);
    expect(words).toMatchObject({ code: 1, out: "" });
    expect(words.err).toContain("There is no model “nothing”.");
    const none = await json("search", "--query", "x", "--docs", "nowhere.txt");
    expect(none.value).toMatchObject({ error: { code: "file-missing" } });
  });

  it("stops at an interrupt, and the engine goes on", async () => {
    const story = start("chat", "--prompt", "Tell a long story.", "--max-tokens", "2000");
    await expect.poll(() => story.printed.out, { timeout: 60_000 }).not.toBe("");
    story.interrupt();
    expect((await story.ended).code).toBe(130);
    const after = await json("chat", "--prompt", "Hi", "--max-tokens", "4");
    expect(after.code).toBe(0);
  });

  it("serves until it is interrupted", async () => {
    const server = start("serve");
    await expect.poll(() => server.printed.out, { timeout: 60_000 }).toMatch(/^key: .+\n/m);
    const url = /^url: (http:\/\/127\.0\.0\.1:\d+\/\S*)$/m.exec(server.printed.out)?.[1] ?? "";
    const key = /^key: (\S+)$/m.exec(server.printed.out)?.[1] ?? "";
    const engine = new URL("/engine", url);
    expect((await fetch(engine)).status).toBe(401);
    const allowed = await fetch(engine, { headers: { Authorization: `Bearer ${key}` } });
    expect(await allowed.json()).toMatchObject({ state: "connected" });
    server.interrupt();
    expect((await server.ended).code).toBe(0);
  });

  it("makes a key for a program, which opens the API until it is removed", async () => {
    const made = await json("keys", "add", "my editor");
    const key = made.value["key"] as string;
    expect(made.value).toEqual({
      name: "my editor",
      key: expect.stringMatching(/^hearth-/) as string,
    });
    const twice = await json("keys", "add", "my editor");
    expect(twice.code).toBe(1);
    expect(twice.value).toMatchObject({ error: { code: "conflict" } });

    const server = start("serve");
    await expect.poll(() => server.printed.out, { timeout: 60_000 }).toMatch(/^api: .+\n/m);
    const api = /^api: (\S+)$/m.exec(server.printed.out)?.[1] ?? "";
    const ask = async (): Promise<number> =>
      (await fetch(`${api}/models`, { headers: { "x-api-key": key } })).status;
    expect(await ask()).toBe(200);
    const listed = await json("keys", "list");
    expect(listed.value["keys"]).toMatchObject([
      { name: "my editor", hint: key.slice(-4), usedAt: anyText },
    ]);
    expect((await finish("keys", "remove", "my editor")).code).toBe(0);
    expect(await ask()).toBe(401);
    expect((await json("keys", "list")).value).toEqual({ keys: [] });
    server.interrupt();
    expect((await server.ended).code).toBe(0);
  });

  it("has not asked the network for anything", async () => {
    expect((await json("requests")).value).toEqual({ total: 0, requests: [] });
  });

  it("follows a folder until it is removed, and leaves its files", async () => {
    const watched = path.join(folder, "watched");
    await fs.mkdir(watched);
    await fs.writeFile(path.join(watched, "note.txt"), "A note about limpets.");
    const added = await json("folders", "add", watched, "--ignore", "drafts/, *.log");
    expect(added.value).toEqual({
      added: [{ path: watched, ignore: ["drafts/", "*.log"] }],
    });
    const listed = async (): Promise<unknown> => (await json("folders", "list")).value["folders"];
    await expect
      .poll(listed, { timeout: 20_000 })
      .toEqual([{ path: watched, ignore: ["drafts/", "*.log"], status: "watching", documents: 1 }]);
    const again = await json("folders", "add", watched);
    expect(again.code).toBe(1);
    expect(again.value).toMatchObject({ error: { code: "conflict" } });
    await finish("folders", "remove", watched);
    expect(await listed()).toEqual([]);
    expect(await fs.readdir(watched)).toEqual(["note.txt"]);
  });

  it("takes documents out", async () => {
    const removed = await json("documents", "remove", "docs");
    expect(removed.value["removed"]).toHaveLength(2);
    const { value } = await json("documents", "list");
    expect((value["documents"] as { name: string }[]).map(({ name }) => name)).toEqual([
      "broken.pdf",
    ]);
  });
});
