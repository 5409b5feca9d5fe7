import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HubQuery } from "../../../contract/hub.ts";
import { DownloadQueue } from "../download/DownloadQueue.ts";
import { fakeRepository } from "../testing/fakeRepository.ts";
import type { FitSituation } from "../fitMemory.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { quantizedModel } from "../testing/quantizedModel.ts";
import { catalog } from "./catalog.ts";
import { HubHeaders } from "./HubHeaders.ts";
import { HubService } from "./HubService.ts";
import { HubToken } from "./HubToken.ts";
import { cardFit, recommendModel, roughFit, type Machine } from "./recommendModel.ts";
import { repositoryId } from "./repositoryId.ts";

describe("the catalogue", () => {
  it("names repositories, says why each is there, and pretends no check", () => {
    expect(catalog.length).toBeGreaterThan(15);
    expect(new Set(catalog.map(({ repository }) => repository)).size).toBe(catalog.length);
    for (const entry of catalog) {
      expect(repositoryId(entry.repository)).toBe(entry.repository);
      expect(entry.why).toMatch(/\.$/u);
      expect(entry.checked === null || /^\d{4}-\d\d-\d\d$/u.test(entry.checked)).toBe(true);
    }
    for (const task of ["chat", "code", "embedding", "reranker"])
      expect(catalog.some((entry) => entry.task === task)).toBe(true);
  });
});

describe("recommendModel", () => {
  const gb = 1e9;
  const cpu = (memory: number, threads: number): Machine => ({
    memoryBytes: memory * gb,
    threads,
    graphics: null,
  });
  const graphics = (memory: number): Machine => ({
    ...cpu(32, 8),
    graphics: { name: "Some GPU", memoryBytes: memory * gb },
  });
  const size = (machine: Machine): number => {
    const chosen = recommendModel(catalog, machine)?.repository;
    return catalog.find(({ repository }) => repository === chosen)?.billions ?? 0;
  };

  it("takes no more than half of the memory, nor more than the processor carries", () => {
    for (const memory of [2, 4, 8, 16, 32, 64]) {
      for (const threads of [1, 2, 4, 8, 16]) {
        const chosen = recommendModel(catalog, cpu(memory, threads));
        expect(chosen === null || chosen.neededBytes <= (memory * gb) / 2).toBe(true);
        const entry = catalog.find(({ repository }) => repository === chosen?.repository);
        expect((entry?.activeBillions ?? entry?.billions ?? 0) <= threads * 0.75).toBe(true);
      }
    }
  });

  it("never recommends less to a larger machine", () => {
    expect(size(cpu(8, 4))).toBeGreaterThanOrEqual(size(cpu(8, 2)));
    expect(size(cpu(16, 4))).toBeGreaterThanOrEqual(size(cpu(8, 4)));
    expect(size(graphics(8))).toBeGreaterThan(size(cpu(16, 4)));
    expect(size(graphics(24))).toBeGreaterThan(size(graphics(8)));
  });

  it("says what kept it from being larger", () => {
    expect(recommendModel(catalog, cpu(64, 2))?.boundBy).toBe("processor");
    expect(recommendModel(catalog, cpu(4, 16))?.boundBy).toBe("memory");
    expect(recommendModel(catalog, graphics(80))).toMatchObject({
      boundBy: "nothing",
      graphics: "Some GPU",
    });
  });

  it("recommends nothing where nothing suits", () => {
    expect(recommendModel(catalog, cpu(0.5, 2))).toBeNull();
  });
});

describe("roughFit", () => {
  it.each([
    [1e9, 8e9, "fits"],
    [6e9, 8e9, "tight"],
    [8e9, 8e9, "too-large"],
  ])("%d bytes with %d free: %s", (bytes, free, verdict) => {
    expect(roughFit(bytes, free).verdict).toBe(verdict);
  });
});

describe("cardFit", () => {
  const room = { threads: 4, freeBytes: 6e9, graphicsBytes: 0 };
  it.each([
    [{ billions: 1 }, room, "fits", true],
    [{ billions: 6 }, room, "fits", false],
    [{ billions: 7.5 }, room, "tight", false],
    [{ billions: 30 }, room, "too-large", false],
    [{ billions: 30 }, { ...room, graphicsBytes: 24e9 }, "fits", true],
    [{ billions: 30, activeBillions: 3 }, { ...room, freeBytes: 64e9 }, "fits", true],
  ] as const)("%j with %j: %s, quick: %s", (size, given, verdict, quick) => {
    expect(cardFit(size, given)).toMatchObject({ verdict, quick });
  });
});

describe("HubToken", () => {
  it("keeps the token sealed, for the address that it was given for alone", async () => {
    await using folder = await HubFolder.open();
    let endpoint = "https://hub.example";
    let hasStore = true;
    const make = (): HubToken =>
      new HubToken({
        file: path.join(folder.root, "hub-token.json"),
        endpoint: () => endpoint,
        seal: (text) => Promise.resolve(hasStore ? Buffer.from(text).toString("hex") : null),
        open: (sealed) => Promise.resolve(hasStore ? Buffer.from(sealed, "hex").toString() : null),
      });
    const token = make();
    expect(await token.state()).toBe("none");
    expect(await token.set("hf_secret")).toBe("kept");
    expect(await token.get()).toBe("hf_secret");
    expect(await make().get()).toBe("hf_secret");
    endpoint = "https://other.example";
    expect([await token.get(), await token.state(), await make().get()]).toEqual([
      null,
      "none",
      null,
    ]);
    endpoint = "https://hub.example";
    hasStore = false;
    expect([await make().get(), await make().state()]).toEqual([null, "closed"]);
    expect(await token.set(null)).toBe("none");
    expect(Object.keys(await folder.tree())).toEqual([]);
  });

  it("holds it in memory where there is no key store, and writes nothing", async () => {
    await using folder = await HubFolder.open();
    const token = new HubToken({
      file: path.join(folder.root, "hub-token.json"),
      endpoint: () => "https://hub.example",
      seal: () => Promise.resolve(null),
      open: () => Promise.resolve(null),
    });
    expect(await token.set("hf_secret")).toBe("held");
    expect(await token.get()).toBe("hf_secret");
    expect(Object.keys(await folder.tree())).toEqual([]);
  });
});

const situation: FitSituation = {
  contextTokens: 8192,
  kvType: "f16",
  purpose: "chat",
  freeBytes: 8e9,
  bytesPerSecond: 2e10,
  graphics: null,
  repacked: [],
  correction: 1,
};

describe("HubService", () => {
  let folder: HubFolder;
  let queue: DownloadQueue;
  let service: HubService;
  let setting: string | null = null;
  const { signal } = new AbortController();
  const repository = "some/model-GGUF";

  beforeEach(async () => {
    folder = await HubFolder.open();
    folder.hub.add(
      fakeRepository(
        repository,
        {
          "m.Q4_K_M.gguf": Buffer.alloc(5000, 1),
          "m.Q8_0.gguf": Buffer.alloc(9000, 2),
          "..\\x.gguf": "x",
        },
        { gguf: { total: 135e6, architecture: "llama", context_length: 2048 } },
      ),
    );
    queue = await DownloadQueue.open({
      modelsDir: folder.modelsDir,
      run: folder.downloader(),
      onInstalled: () => Promise.resolve(),
      onFault: (error) => {
        throw error;
      },
    });
    queue.start();
    setting = null;
    service = await HubService.open({
      client: folder.client,
      headers: new HubHeaders({ egress: folder.egress, hub: folder.client }),
      token: new HubToken({
        file: path.join(folder.root, "token.json"),
        endpoint: () => folder.hub.url,
        seal: () => Promise.resolve(null),
        open: () => Promise.resolve(null),
      }),
      queue,
      modelsDir: () => folder.modelsDir,
      endpointSetting: () => setting,
      threads: () => 4,
      freeMemory: () => Promise.resolve(8e9),
      situation: (purpose) => Promise.resolve({ ...situation, purpose }),
      devices: () => Promise.reject(new Error("nobody asks")),
      graphicsLikely: () => false,
    });
  });
  afterEach(async () => {
    await queue[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it("shows quantizations with their fit, what is refused, and what is here", async () => {
    const before = await service.model(repository, signal);
    expect(before.model).toMatchObject({ license: "apache-2.0", parameters: 135e6, gated: false });
    expect(
      before.quantizations.map(({ quantization, installed }) => [quantization, installed]),
    ).toEqual([
      ["Q4_K_M", false],
      ["Q8_0", false],
    ]);
    expect(before.quantizations[0]?.fit).toMatchObject({ verdict: "fits", freeBytes: 8e9 });
    expect(before.refused).toEqual([
      { path: "..\\x.gguf", reason: expect.stringMatching(/safe/u) },
    ]);
    await service.add(repository, "m.Q4_K_M.gguf", signal);
    await vi.waitFor(() => expect(queue.state.get().downloads[0]?.status).toBe("done"));
    const after = await service.model(repository, signal);
    expect(after.quantizations.map(({ installed }) => installed)).toEqual([true, false]);
  });

  it("judges a repository from one header, and its files are looked up once", async () => {
    folder.hub.add(
      fakeRepository("real/model-GGUF", {
        "r.Q4_K_M.gguf": await quantizedModel("Q4_K_M"),
        "r.Q8_0.gguf": await quantizedModel("Q8_0"),
      }),
    );
    const { model } = await service.model("real/model-GGUF", signal);
    const trees = (): number =>
      folder.hub.seen.filter(({ path: at }) => at.includes("/tree/")).length;
    const before = trees();
    const fits = await service.fits("real/model-GGUF", model.revision, null, signal);
    expect(fits.map(({ key, basis }) => [key, basis])).toEqual([
      ["r.Q4_K_M.gguf", "header"],
      ["r.Q8_0.gguf", "sibling"],
    ]);
    expect(fits[0]?.fit).toMatchObject({ verdict: "cpu", contextTokens: 4096, freeBytes: 8e9 });
    expect(trees()).toBe(before);
    // Bytes that are no model: each is named, and nothing is judged.
    const other = (await service.model(repository, signal)).model;
    const bad = await service.fits(repository, other.revision, null, signal);
    expect(bad.map(({ basis, problem }) => [basis, problem?.code])).toEqual([
      ["none", "model-unsupported"],
      ["none", "model-unsupported"],
    ]);
    folder.egress.setOffline(true);
    await expect(service.fits("real/model-GGUF", null, null, signal)).rejects.toMatchObject({
      code: "offline",
    });
  });

  it.each([
    ["..\\x.gguf", /characters that are not safe/u],
    ["none.gguf", /no such GGUF file/u],
  ])("does not fetch %s", async (key, words) => {
    await expect(service.add(repository, key, signal)).rejects.toThrow(words);
  });

  it("leaves out what a mirror that ignores the filter sends", async () => {
    const query: HubQuery = {
      text: "",
      sort: "trending",
      task: null,
      license: null,
      minParameters: 1e9,
      maxParameters: null,
    };
    folder.hub.faults = [
      {
        on: "api",
        status: 200,
        body: JSON.stringify([{ id: "a/b", gguf: { total: 1e6 } }, { id: "c/d" }]),
      },
    ];
    const { models } = await service.search(query, null, signal);
    expect(models.map((model) => model.repository)).toEqual(["c/d"]);
  });

  it("recommends without the network", async () => {
    folder.egress.setOffline(true);
    const { entries, recommendation } = await service.catalog();
    expect(entries.length).toBe(catalog.length);
    expect(entries.every(({ fit }) => fit.neededBytes > 0 && fit.freeBytes === 8e9)).toBe(true);
    expect(recommendation?.threads).toBe(4);
    expect(folder.hub.seen).toEqual([]);
  });

  it("says why its address cannot be used", async () => {
    setting = "http://mirror.example";
    await service.refresh();
    expect(service.state.get().endpointProblem).toMatch(/not an https address/u);
    setting = null;
    await service.refresh();
    expect(service.state.get().endpointProblem).toBeNull();
  });
});
