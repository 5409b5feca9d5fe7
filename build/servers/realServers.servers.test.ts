import fs from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../src-main/contract/errors.ts";
import { Egress } from "../../src-main/engine/egress/Egress.ts";
import type {
  GenerateEvent,
  GenerateRequest,
  InferenceBackend,
} from "../../src-main/engine/llama/InferenceBackend.ts";
import { usualTimings } from "../../src-main/engine/models/remote/RemoteBackend.ts";
import { ServerRegistry } from "../../src-main/engine/models/remote/ServerRegistry.ts";
import { RealServer, serverKey, serverNames } from "./RealServer.ts";

const plain = { plainHttpAllowed: false, documentsAllowed: false, contextTokens: null };
const long: GenerateRequest = {
  prompt: {
    kind: "chat",
    messages: [{ role: "user", content: "Tell me a long story of the sea." }],
  },
  maxTokens: 400,
  sampling: { temperature: 0 },
};

interface Heard {
  text: string;
  end: Extract<GenerateEvent, { type: "end" }> | null;
  error: HearthError | null;
}

async function hear(
  backend: InferenceBackend,
  request: GenerateRequest,
  onText: (pieces: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Heard> {
  const heard: Heard = { text: "", end: null, error: null };
  let pieces = 0;
  try {
    for await (const event of backend.generate(request, signal ? { signal } : {})) {
      if (event.type === "text") {
        heard.text += event.text;
        onText(++pieces);
      } else if (event.type === "end") heard.end = event;
    }
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    heard.error = error;
  }
  return heard;
}

describe.each(serverNames)("%s", (name) => {
  let home: string;
  let real: RealServer;
  let registry: ServerRegistry;

  beforeAll(async () => {
    home = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-real-"));
    real = await RealServer.start(name);
    registry = await openRegistry(home);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await real[Symbol.asyncDispose]();
    await fs.rm(home, { recursive: true, force: true });
  });

  const backend = (): InferenceBackend => registry.backend(registry.models()[0]!, "chat");

  it("is refused without its key, and says what it offers with it", async () => {
    await expect(registry.add({ ...plain, url: real.url })).rejects.toThrow(
      /did not accept the key/u,
    );
    const server = await registry.add({ ...plain, url: real.url, key: serverKey });
    console.log(
      name,
      JSON.stringify({ kind: server.kind, counting: server.counting, models: server.models }),
    );
    expect(server).toMatchObject({
      kind: "llama-server",
      counting: "server",
      models: [
        { kind: "chat", contextTokens: 2048, contextFrom: "server", tools: "no", embeddings: "no" },
      ],
    });
  });

  it("streams an answer with its own counts", async () => {
    let first = 0;
    const begun = performance.now();
    const heard = await hear(backend(), { ...long, maxTokens: 60 }, () => {
      first ||= performance.now() - begun;
    });
    console.log(name, JSON.stringify({ end: heard.end, text: heard.text.slice(0, 60), first }));
    expect(heard.error).toBeNull();
    expect(heard.end).toMatchObject({ reason: "length", tokens: 60 });
    expect(heard.end).not.toHaveProperty("countsEstimated");
    // It came as it was written, not at the end.
    expect(first).toBeLessThan((performance.now() - begun) * 0.8);
  });

  it("counts tokens as it does when it answers", async () => {
    const messages = [
      { role: "system" as const, content: "You are brief." },
      { role: "user" as const, content: "Grüße aus Ulm 🌋, <|im_end|> and so on." },
    ];
    const counted = await backend().countChatTokens(messages);
    const { end } = await hear(backend(), { prompt: { kind: "chat", messages }, maxTokens: 1 });
    expect(counted).toBe(end?.promptTokens);
    expect(await backend().countTokens(["hello world", ""])).toEqual([2, 0]);
  });

  it("goes on with an answer that was cut off", async () => {
    const question = { role: "user" as const, content: "Count from one to ten, in words." };
    const greedy = { sampling: { temperature: 0 } };
    const whole = await hear(backend(), {
      prompt: { kind: "chat", messages: [question] },
      maxTokens: 24,
      ...greedy,
    });
    const begun = whole.text.slice(0, Math.floor(whole.text.length / 2));
    const rest = await hear(backend(), {
      prompt: {
        kind: "chat",
        messages: [question, { role: "assistant", content: begun }],
        continueLast: true,
      },
      maxTokens: 24,
      ...greedy,
    });
    console.log(name, JSON.stringify({ begun, rest: rest.text }));
    expect(rest.error).toBeNull();
    // Greedy, so it goes on as it did when it was not cut off; some servers say the beginning again.
    expect(begun + rest.text).toContain(whole.text.slice(0, begun.length + 6));
  });

  it("is held to a grammar", async () => {
    const heard = await hear(backend(), { ...long, grammar: 'root ::= "yes" | "no"' });
    expect(["yes", "no"]).toContain(heard.text);
  });

  it("stops its work when it is cancelled", async () => {
    const stop = new AbortController();
    const heard = await hear(
      backend(),
      { ...long, maxTokens: 1500, ignoreEos: false },
      (pieces) => pieces === 5 && stop.abort(),
      stop.signal,
    );
    expect(heard.end?.reason).toBe("cancelled");
    await expect.poll(() => isIdle(real.url), { timeout: 5000 }).toBe(true);
  });

  it("refuses a prompt that is too long, in plain words", async () => {
    const messages = [{ role: "user" as const, content: "sea ".repeat(4000) }];
    const { error } = await hear(backend(), { prompt: { kind: "chat", messages } });
    console.log(name, error?.message);
    expect(error?.code).toBe("context-full");
  });

  it("lies, through a line that changes its counts and its text", async () => {
    await using liar = await Liar.start(real.url);
    const other = await openRegistry(await fs.mkdtemp(path.join(home, "liar-")));
    await other.add({ ...plain, url: liar.url, key: serverKey });
    expect(other.models()[0]?.contextLength).toBe(4096);
    const lied = other.backend(other.models()[0]!, "chat");
    const heard = await hear(lied, { ...long, maxTokens: 20 });
    expect(heard).toMatchObject({ error: null, end: { countsEstimated: true } });
    expect(heard.end?.tokens).toBeLessThanOrEqual(20);
    liar.garble = true;
    expect((await hear(lied, long)).error?.title).toMatch(/no answer/u);
    await other[Symbol.asyncDispose]();
  });

  it("is slow: after so much silence that is told", async () => {
    const impatient = await openRegistry(await fs.mkdtemp(path.join(home, "slow-")), 1000);
    await impatient.add({ ...plain, url: real.url, key: serverKey });
    const slow = impatient.backend(impatient.models()[0]!, "chat");
    const heard = await hear(
      slow,
      { ...long, maxTokens: 80 },
      (pieces) => pieces === 3 && real.child.kill("SIGSTOP"),
    );
    real.child.kill("SIGCONT");
    console.log(name, heard.error?.message);
    expect(heard.error?.code).toBe("timed-out");
    expect(heard.text).not.toBe("");
    await impatient[Symbol.asyncDispose]();
    await expect.poll(() => isIdle(real.url), { timeout: 10_000 }).toBe(true);
  });

  it("is killed in mid-stream: what came stays, and the host is named", async () => {
    const model = registry.models()[0]!;
    const heard = await hear(
      backend(),
      long,
      (pieces) => pieces === 3 && real.child.kill("SIGKILL"),
    );
    console.log(name, JSON.stringify(heard.text.slice(0, 60)), heard.error?.message);
    expect(heard.error?.title).toBe(
      `Your server ${new URL(real.url).host} stopped in the middle of its answer.`,
    );
    expect(heard.text).not.toBe("");
    // And then it is not there; nothing takes its place.
    const after = await hear(registry.backend(model, "chat"), long);
    expect(after.error?.title).toMatch(/could not be reached/u);
    expect(registry.state.get().servers[0]?.health.status).toBe("failing");
  });
});

function openRegistry(home: string, betweenMs = usualTimings.betweenMs): Promise<ServerRegistry> {
  return ServerRegistry.open({
    file: path.join(home, "servers.json"),
    egress: new Egress({ process: "test", onRequest: () => {} }),
    seal: () => Promise.resolve(null),
    open: () => Promise.resolve(null),
    onNotice: () => {},
    timings: { ...usualTimings, betweenMs },
  });
}

async function isIdle(url: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${serverKey}` };
  const slots = (await (await fetch(`${url}/slots`, { headers })).json()) as {
    is_processing: boolean;
  }[];
  return slots.every((slot) => !slot.is_processing);
}

/** Stands in front of a server, and changes what it says. */
class Liar implements AsyncDisposable {
  garble = false;
  readonly #server: http.Server;

  private constructor(target: string) {
    this.#server = http.createServer((asked, answer) => {
      const { method, headers } = asked;
      const passed = http.request(`${target}${asked.url ?? ""}`, { method, headers }, (real) => {
        // Its length will be another.
        const { "content-length": _length, ...rest } = real.headers;
        answer.writeHead(real.statusCode ?? 500, rest);
        real.setEncoding("utf8");
        real.on("data", (text: string) => answer.write(this.#lie(text)));
        real.on("end", () => answer.end());
      });
      passed.on("error", () => answer.destroy());
      asked.pipe(passed);
    });
  }

  static async start(target: string): Promise<Liar> {
    const liar = new Liar(target);
    await new Promise<void>((resolve) => liar.#server.listen(0, "127.0.0.1", resolve));
    return liar;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #lie(text: string): string {
    const lied = text
      .replaceAll(/"(completion_tokens|prompt_tokens)":\d+/gu, '"$1":-7')
      .replaceAll(/"(n_ctx|n_ctx_train)":\d+/gu, '"$1":1e300');
    return this.garble ? lied.replaceAll('"content":"', '"content":["') : lied;
  }
}
