import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { modelIdSchema } from "../../../contract/ids.ts";
import { settingsSchema } from "../../../contract/settings.ts";
import { Cell } from "../../core/Cell.ts";
import { NoticeBoard } from "../../core/NoticeBoard.ts";
import { Egress } from "../../egress/Egress.ts";
import { ModelManager } from "../ModelManager.ts";
import { ServerRegistry, type ServerRegistryOptions } from "./ServerRegistry.ts";
import { FakeServer, json, llamaServer, type Script } from "./testing/FakeServer.ts";

let home: string;
let server: FakeServer;
const opened: AsyncDisposable[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), "hearth-servers-"));
  server = await FakeServer.start(llamaServer());
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const plain = { plainHttpAllowed: false, documentsAllowed: false, contextTokens: null };

async function openRegistry(change: Partial<ServerRegistryOptions> = {}): Promise<ServerRegistry> {
  const registry = await ServerRegistry.open({
    file: path.join(home, "servers.json"),
    egress: new Egress({ process: "test", onRequest: () => {} }),
    seal: () => Promise.resolve(null),
    open: () => Promise.resolve(null),
    onNotice: () => {},
    ...change,
  });
  opened.push(registry);
  return registry;
}

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

async function probed(
  scripts: Record<string, Script>,
): Promise<ReturnType<ServerRegistry["find"]>> {
  await using other = await FakeServer.start(scripts);
  const registry = await openRegistry();
  return await registry.add({ ...plain, url: other.url });
}

const listOf = (...data: unknown[]): Script => json({ object: "list", data });

describe("what a server says of itself", () => {
  it("is read from a llama-server: its own context, tools, tokenizer", async () => {
    expect(await probed(llamaServer())).toMatchObject({
      kind: "llama-server",
      counting: "server",
      key: "none",
      documentsAllowed: false,
      health: { status: "well" },
      models: [
        {
          name: "small",
          kind: "chat",
          contextTokens: 2048,
          contextFrom: "server",
          tools: "yes",
          embeddings: "no",
        },
      ],
    });
  });

  it("is read from vLLM", async () => {
    const vllm = {
      "/v1/models": listOf({ id: "Qwen/Q", owned_by: "vllm", max_model_len: 32768 }),
      "/tokenize": json({ count: 5, max_model_len: 32768, tokens: [1, 2, 3, 4, 5] }),
    };
    expect(await probed(vllm)).toMatchObject({
      kind: "vllm",
      counting: "server",
      models: [{ contextTokens: 32768, contextFrom: "server", tools: "unknown" }],
    });
  });

  it("is read from Ollama: what it really keeps, not what the model could", async () => {
    const ollama: Record<string, Script> = {
      "/v1/models": listOf(
        { id: "q:7b", owned_by: "library" },
        { id: "nomic", owned_by: "library" },
      ),
      "/api/version": json({ version: "0.40.0" }),
      "/api/show": (asked, response) =>
        json(
          asked.body["model"] === "nomic"
            ? { capabilities: ["embedding"], model_info: { "bert.context_length": 2048 } }
            : {
                capabilities: ["completion", "tools"],
                model_info: { "qwen.context_length": 131_072 },
                parameters: "temperature 0.7\nnum_ctx                        16384",
              },
        )(asked, response),
    };
    expect(await probed(ollama)).toMatchObject({
      kind: "ollama",
      counting: "estimate",
      models: [
        { name: "q:7b", kind: "chat", contextTokens: 16_384, tools: "yes", embeddings: "no" },
        { name: "nomic", kind: "embedding", contextTokens: 2048, embeddings: "yes" },
      ],
    });
  });

  it("is read from LM Studio and TGI", async () => {
    const studio = {
      "/v1/models": listOf({ id: "a", owned_by: "organization_owner" }),
      "/api/v0/models": listOf({
        id: "a",
        type: "llm",
        loaded_context_length: 8192,
        capabilities: ["tool_use"],
      }),
    };
    expect(await probed(studio)).toMatchObject({
      kind: "lm-studio",
      models: [{ contextTokens: 8192, tools: "yes" }],
    });
    const tgi = {
      "/v1/models": listOf({ id: "t", owned_by: "t" }),
      "/info": json({ model_id: "t", max_total_tokens: 6000 }),
      "/tokenize": json([{ id: 1 }, { id: 2 }, { id: 3 }]),
    };
    expect(await probed(tgi)).toMatchObject({
      kind: "tgi",
      counting: "server",
      models: [{ contextTokens: 6000 }],
    });
  });

  it("is little from mlx_lm: then the context is a guess, and said to be one", async () => {
    expect(await probed({ "/v1/models": listOf({ id: "mlx", created: 1 }) })).toMatchObject({
      kind: "other",
      counting: "estimate",
      models: [{ contextTokens: 4096, contextFrom: "assumed", embeddings: "no" }],
    });
  });

  it.each([
    ["lies of a wrong type", listOf({ id: 7 }, null, "x", { id: "" })],
    ["nothing", listOf()],
  ])("may be %s: no model comes of it", async (_name, list) => {
    expect((await probed({ "/v1/models": list })).models).toEqual([]);
  });

  it("may claim an absurd context: it is not believed", async () => {
    const list = listOf({ id: "m", owned_by: "vllm", max_model_len: 1e12 });
    expect((await probed({ "/v1/models": list })).models).toMatchObject([
      { contextFrom: "assumed" },
    ]);
  });
});

describe("ServerRegistry", () => {
  it("keeps servers over a restart, and never a key in the clear", async () => {
    const seal = (text: string): Promise<string> => Promise.resolve(`sealed(${text.length})`);
    const first = await openRegistry({ seal });
    await first.add({ ...plain, url: `${server.url}/v1/`, name: "Attic", key: "sesame-street" });
    expect(server.requests.every((asked) => asked.authorization === "Bearer sesame-street")).toBe(
      true,
    );
    expect(await readFile(path.join(home, "servers.json"), "utf8")).not.toContain("sesame-street");
    const again = await openRegistry({ open: () => Promise.resolve("sesame-street") });
    expect(again.find("attic")).toMatchObject({ name: "Attic", url: server.url, key: "kept" });
    await again.probe("Attic");
    expect(server.requests.at(-1)?.authorization).toBe("Bearer sesame-street");
  });

  it("tells where the key is: held without a key store, closed where nobody can open it", async () => {
    const registry = await openRegistry();
    expect(await registry.add({ ...plain, url: server.url, key: "sesame" })).toMatchObject({
      key: "held",
    });
    const sealed = await openRegistry({
      file: path.join(home, "b.json"),
      seal: () => Promise.resolve("x"),
    });
    await sealed.add({ ...plain, url: server.url, key: "sesame" });
    const locked = await openRegistry({ file: path.join(home, "b.json") });
    const before = server.requests.length;
    expect((await failure(locked.probe(server.url.slice(7)))).title).toMatch(/locked away/u);
    // It is not tried without the key either.
    expect(server.requests.length).toBe(before);
  });

  it("reads a key from a file each time", async () => {
    const keyFile = path.join(home, "key");
    await writeFile(keyFile, "first\n");
    const registry = await openRegistry();
    const added = await registry.add({ ...plain, url: server.url, keyFile });
    expect(added.key).toBe("file");
    await writeFile(keyFile, "second\n");
    await registry.probe(added.id);
    expect(server.requests.at(-1)?.authorization).toBe("Bearer second");
  });

  it("keeps nothing of a server that does not answer", async () => {
    const registry = await openRegistry();
    const error = await failure(registry.add({ ...plain, url: "http://127.0.0.1:1" }));
    expect(error.title).toBe("Your server 127.0.0.1:1 could not be reached.");
    expect(registry.state.get().servers).toEqual([]);
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ["", /not the address/u],
    ["ftp://a.example", /not the address/u],
    ["http://user:pass@127.0.0.1:1", /user or a password/u],
    ["http://169.254.169.254", /address of this computer or of a private network/u],
  ])("refuses the address %s", async (url, words) => {
    const registry = await openRegistry();
    expect((await failure(registry.add({ ...plain, url }))).message).toMatch(words);
  });

  it("moves a damaged list aside and tells", async () => {
    await writeFile(path.join(home, "servers.json"), "{");
    const told: HearthError[] = [];
    await openRegistry({ onNotice: (error) => told.push(error) });
    expect(told).toMatchObject([{ code: "file-damaged" }]);
    expect((await readdir(home))[0]).toMatch(/^servers\.json\.damaged-/u);
  });

  it("notices that a server fails, and that it is well again, by itself", async () => {
    const registry = await openRegistry();
    const added = await registry.add({ ...plain, url: server.url, name: "Attic" });
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await failure(registry.probe("Attic"));
    const failing = registry.find(added.id).health;
    expect(failing).toMatchObject({ status: "failing" });
    expect(failing.nextCheckAt).toBeGreaterThan(Date.now());
    server = await FakeServer.start(llamaServer(), port);
    await expect.poll(() => registry.find(added.id).health.status, { timeout: 5000 }).toBe("well");
  });
});

describe("never a silent switch", () => {
  async function manager(
    chatModelId: string | null,
  ): Promise<{ registry: ServerRegistry; models: ModelManager }> {
    const registry = await openRegistry();
    const models = new ModelManager({
      registry: { rescan: () => Promise.resolve([localModel]) },
      settings: new Cell(settingsSchema.parse({ chatModelId })),
      notices: new NoticeBoard(),
      threads: () => 1,
      loader: {
        load: () => Promise.reject(new Error("not here")),
        estimate: () => Promise.resolve([]),
      },
      servers: registry,
    });
    opened.push(models);
    await models.rescan();
    return { registry, models };
  }
  const localModel = {
    id: modelIdSchema.parse("tiny.gguf"),
    name: "small",
    path: "/m/tiny.gguf",
    kind: "chat" as const,
    architecture: "llama",
    parameters: 1,
    quantization: "Q8_0",
    bytes: 1,
    contextLength: 1,
    hasChatTemplate: true,
    source: "",
  };

  it("a server's model is never the default, nor takes the place of one of this computer", async () => {
    const { registry, models } = await manager("gone.gguf");
    await registry.add({ ...plain, url: server.url });
    expect(models.state.get().models.map(({ name }) => name)).toEqual(["small", "small"]);
    expect(models.find("chat").server).toBeUndefined();
  });

  it("nor does one of this computer take the place of a server's that is gone", async () => {
    const { registry, models } = await manager(null);
    const added = await registry.add({ ...plain, url: server.url });
    const remote = registry.models()[0]!;
    expect(models.find("chat", remote.id).server?.host).toBe(added.host);
    const chosen = await manager(remote.id);
    await registry.remove(added.id);
    await chosen.registry.remove(added.id);
    for (const find of [
      () => models.find("chat", remote.id),
      () => chosen.models.find("chat"),
      () => registry.backend(remote, "chat"),
    ]) {
      expect(find).toThrow(/not among yours now/u);
    }
    expect(chosen.models.state.get().chatModelId).toBe(remote.id);
  });

  it("nor while the server is down: the failure is told", async () => {
    const { registry, models } = await manager(null);
    await registry.add({ ...plain, url: server.url });
    const remote = registry.models()[0]!;
    await server[Symbol.asyncDispose]();
    const work = models.use(remote, "chat", async (backend) => {
      const events = backend.generate({ prompt: { kind: "text", text: "x" } });
      await events[Symbol.asyncIterator]().next();
    });
    expect((await failure(work)).title).toMatch(/could not be reached/u);
    expect((await failure(models.load(remote.id, () => {}))).title).toMatch(
      /not loaded by Hearth/u,
    );
  });
});
