import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HearthError } from "../../contract/errors.ts";
import { entryPath, nodeBinary } from "../../paths/entries.ts";
import { ComputeBudget } from "./ComputeBudget.ts";
import { answer, startChat, startModel, testModelPath } from "./fixtures/testModels.ts";
import type { GenerateRequest } from "./InferenceBackend.ts";
import { locateLibraries } from "./locateLibraries.ts";

const request: GenerateRequest = {
  prompt: { kind: "chat", messages: [{ role: "user", content: "Tell me a long story." }] },
  maxTokens: 400,
  sampling: { temperature: 0 },
  ignoreEos: true,
};

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function ends(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && alive(pid); tries++) await wait(50);
  return !alive(pid);
}

describe("a llama process that dies", () => {
  it.each(["SIGKILL", "SIGSEGV"] as const)(
    "by %s in mid-stream is named, and a new one works",
    async (signal) => {
      const died: HearthError[] = [];
      const model = await startChat({ onDied: (error) => died.push(error) });
      const before: string[] = [];
      const stream = async (): Promise<void> => {
        for await (const event of model.generate(request)) {
          if (event.type !== "text") continue;
          before.push(event.text);
          if (before.length === 3) process.kill(model.info.pid, signal);
        }
      };
      const counting = model.countTokens(["x"]);
      await expect(stream()).rejects.toMatchObject({
        code: "model-died",
        reason: expect.stringContaining(signal),
      });
      expect(before.length).toBeGreaterThanOrEqual(3);
      expect(await counting).toEqual([1]);
      expect(died.map((error) => error.code)).toEqual(["model-died"]);
      // What is asked of it afterwards fails the same way instead of hanging.
      await expect(answer(model, request)).rejects.toMatchObject({ code: "model-died" });
      await expect(model.countTokens(["x"])).rejects.toMatchObject({ code: "model-died" });
      await model[Symbol.asyncDispose]();

      await using next = await startChat({ generation: 1 });
      expect((await answer(next, { ...request, maxTokens: 5 })).end.tokens).toBe(5);
    },
  );

  it("of silence is noticed and ended", async () => {
    const died: HearthError[] = [];
    const model = await startChat({ hangTimeoutMs: 900, onDied: (error) => died.push(error) });
    process.kill(model.info.pid, "SIGSTOP");
    await expect(model.countTokens(["x"])).rejects.toMatchObject({
      code: "model-died",
      title: expect.stringContaining("stopped answering"),
    });
    expect(await ends(model.info.pid)).toBe(true);
    expect(died).toHaveLength(1);
    await model[Symbol.asyncDispose]();
  });

  it("with its parent does not stay behind", async () => {
    const script = `
      import { LlamaProcess } from ${JSON.stringify(join(import.meta.dirname, "LlamaProcess.ts"))};
      const model = await LlamaProcess.start(${JSON.stringify({
        modelPath: testModelPath("chat"),
        purpose: "chat",
        entryPath: entryPath("llama"),
        execPath: nodeBinary(),
      })});
      const stream = model.generate(${JSON.stringify(request)})[Symbol.asyncIterator]();
      await stream.next();
      console.log(model.info.pid);
      for (;;) await stream.next();
    `;
    const parent = spawn(nodeBinary(), ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (data) => resolve(Number(String(data)))),
    );
    expect(alive(pid)).toBe(true);
    parent.kill("SIGKILL");
    expect(await ends(pid)).toBe(true);
  });

  it("because it was asked to is no accident", async () => {
    const died: HearthError[] = [];
    const model = await startChat({ onDied: (error) => died.push(error) });
    const stream = answer(model, request);
    await wait(300);
    await Promise.all([
      expect(stream).rejects.toMatchObject({ code: "unavailable" }),
      model[Symbol.asyncDispose](),
    ]);
    expect(alive(model.info.pid)).toBe(false);
    expect(died).toEqual([]);
  });
});

describe("a model that cannot be loaded", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hearth-gguf-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const damaged = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const failure = (modelPath: string, purpose: "chat" | "embedding" = "chat") =>
    startModel({ modelPath, purpose }).then(
      () => {
        throw new Error("It was loaded.");
      },
      (error: HearthError) => ({
        code: error.code,
        reason: error.reason,
        suggestion: error.suggestion,
      }),
    );

  it("is missing", async () => {
    expect(await failure(join(folder, "none.gguf"))).toMatchObject({ code: "model-missing" });
  });

  it.each([
    ["empty.gguf", "", /empty/],
    ["page.gguf", "<!DOCTYPE html><html><body>404</body></html>", /web page/],
    ["pointer.gguf", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", /LFS/],
    ["zeros.gguf", new Uint8Array(4096), /mark/],
  ])("is %s", async (name, content, reason) => {
    expect(await failure(damaged(name, content))).toMatchObject({
      code: "model-damaged",
      reason: expect.stringMatching(reason),
    });
  });

  it("has the mark of a GGUF file and nothing else", async () => {
    expect(await failure(damaged("magic.gguf", "GGUF"))).toMatchObject({ code: "model-damaged" });
  });

  it("claims more than any file can hold", async () => {
    const header = new DataView(new ArrayBuffer(64));
    header.setUint32(0, 0x46554747, true);
    header.setUint32(4, 3, true);
    header.setBigUint64(8, 1n << 62n, true);
    header.setBigUint64(16, 1n << 62n, true);
    const found = await failure(damaged("huge.gguf", new Uint8Array(header.buffer)));
    expect(["model-damaged", "model-load-failed"]).toContain(found.code);
    expect(found.suggestion).not.toBe("");
  });

  it.each([0.02, 0.5, 0.97])("ends after %d of its length", async (part) => {
    const bytes = readFileSync(testModelPath("embedQ8"));
    const path = damaged("cut.gguf", bytes);
    truncateSync(path, Math.floor(bytes.length * part));
    expect(await failure(path, "embedding")).toMatchObject({ code: "model-damaged" });
  });

  it("is of an architecture that nobody knows", async () => {
    const bytes = readFileSync(testModelPath("embedQ8"));
    const at = bytes.indexOf("bert", bytes.indexOf("general.architecture"));
    bytes.write("mars", at);
    expect(await failure(damaged("mars.gguf", bytes), "embedding")).toMatchObject({
      code: "model-unsupported",
      reason: expect.stringContaining("mars"),
    });
  });

  it("makes embeddings and is asked to chat", async () => {
    expect(await failure(testModelPath("embedQ8"))).toMatchObject({ code: "model-unsupported" });
  });

  it("is given a library of another make", async () => {
    const library = { ...locateLibraries({ device: "cpu" }), platform: "linux-x64-vulkan" };
    await expect(startChat({ library })).rejects.toMatchObject({ code: "library-mismatch" });
  });

  it("is no longer wanted", async () => {
    const abort = new AbortController();
    const loading = startChat({ signal: abort.signal, onProgress: () => abort.abort() });
    await expect(loading).rejects.toMatchObject({ code: "cancelled" });
    await expect(startChat({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("has no Node to run in", async () => {
    await expect(startChat({ execPath: join(folder, "no-node") })).rejects.toMatchObject({
      code: "model-load-failed",
    });
  });

  it("tells its progress when it can be loaded", async () => {
    const fractions: number[] = [];
    const model = await startChat({ onProgress: (fraction) => fractions.push(fraction) });
    await model[Symbol.asyncDispose]();
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });
});

describe("two models at once", () => {
  it("take turns: an answer goes before batches of embeddings, and neither is lost", async () => {
    const budget = new ComputeBudget();
    await using chat = await startChat({ budget });
    await using embedder = await startModel({
      modelPath: testModelPath("embedQ8"),
      purpose: "embedding",
      budget,
    });
    const order: string[] = [];
    const texts = Array.from(
      { length: 96 },
      (_, index) => `Passage ${index} ${"about the sea ".repeat(40)}`,
    );
    const embedding = embedder.embed(texts).then((result) => {
      order.push("embedded");
      return result;
    });
    await wait(50);
    const answered = await answer(chat, { ...request, maxTokens: 32 });
    order.push("answered");
    expect((await embedding).vectors).toHaveLength(96);
    expect(answered.end.tokens).toBe(32);
    expect(order).toEqual(["answered", "embedded"]);
  });
});
