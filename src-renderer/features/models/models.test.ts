import { describe, expect, it } from "vitest";
import type {
  KvVerdict,
  LoadedModel,
  MemoryEstimate,
  Model,
  Transfer,
} from "../../../src-main/contract/models.ts";
import type { QuantOption } from "../../../src-main/contract/quantize.ts";
import { getStrings } from "../../lib/strings/index.ts";
import {
  describeFamily,
  describeFit,
  describeLoaded,
  describeStarterTransfer,
  describeSteps,
  formatParameters,
  hasNoChatModel,
  missingStarters,
} from "./describeModel.ts";
import { groupModels } from "./groupModels.ts";
import { fallbackSentence, quantSelectOption } from "./quantizeWords.ts";
import { kvOption } from "./kvOption.ts";
import { cleanPath } from "../../lib/paths.ts";
import { modelPathProblem } from "./modelPath.ts";

const strings = getStrings();

function model(id: string, change: Partial<Model> = {}): Model {
  return {
    id: id as Model["id"],
    name: "SmolLM2-135M-Instruct",
    path: `/models/${id}.gguf`,
    kind: "chat",
    architecture: "llama",
    parameters: 134_515_008,
    quantization: "Q4_1",
    bytes: 98_362_432,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "A file on this computer",
    ...change,
  };
}

const embedder: Partial<Model> = {
  name: "all-MiniLM-L6-v2",
  kind: "embedding",
  architecture: "bert",
  parameters: 22_713_216,
};

describe("groupModels", () => {
  it("puts quantizations of one model on one card, the largest first", () => {
    const groups = groupModels([
      model("small", { ...embedder, quantization: "Q8_0", bytes: 25 }),
      model("chat"),
      model("large", { ...embedder, quantization: "F16", bytes: 46 }),
    ]);
    expect(groups.map(({ section }) => section)).toEqual(["chat", "embedding"]);
    expect(groups[1]?.families).toHaveLength(1);
    expect(groups[1]?.families[0]?.variants.map(({ id }) => id)).toEqual(["large", "small"]);
  });

  it("keeps models apart that only share a name", () => {
    const [group] = groupModels([model("a"), model("b", { parameters: 1 })]);
    expect(group?.families).toHaveLength(2);
  });

  it("lists damaged files by themselves, whatever they say they are", () => {
    const error = { code: "model-damaged", title: "Cut off.", cause: "", suggestion: "" } as const;
    const groups = groupModels([model("a", { error }), model("b", { error }), model("c")]);
    expect(groups.map(({ section, families }) => [section, families.length])).toEqual([
      ["chat", 1],
      ["damaged", 2],
    ]);
  });

  it("tells models whose disk is away from damaged ones", () => {
    const error = { code: "file-missing", title: "Away.", cause: "", suggestion: "" } as const;
    expect(groupModels([model("a", { error })])[0]?.section).toBe("away");
    expect(hasNoChatModel([model("a", { error })])).toBe(false);
  });

  it("sorts by name as people do and leaves empty sections out", () => {
    const names = ["model 10", "Model 2", "alpha"];
    const [group] = groupModels(names.map((name) => model(name, { name })));
    expect(group?.families.map(({ name }) => name)).toEqual(["alpha", "Model 2", "model 10"]);
    expect(groupModels([])).toEqual([]);
    expect(groupModels([model("r", { kind: "reranker" })])[0]?.section).toBe("reranker");
    expect(groupModels([model("r", { kind: "unknown" })])[0]?.section).toBe("other");
  });
});

describe("words for a model", () => {
  it.each([
    [134_515_008, "135M"],
    [22_713_216, "22.7M"],
    [596_049_920, "596M"],
    [7_241_732_096, "7.2B"],
    [99_960_000, "100M"],
    [70_553_706_496, "70.6B"],
    [405_000_000_000, "405B"],
    [950, "950"],
  ])("%d weights are %s", (count, text) => expect(formatParameters(count)).toBe(text));

  it("say what is known and leave out what is not", () => {
    const family = (given: Model) => {
      const found = groupModels([given])[0]?.families[0];
      if (!found) throw new Error("no family");
      return describeFamily(found, strings);
    };
    expect(family(model("a"))).toBe("llama · 135M parameters · 2,048 tokens of context");
    expect(family(model("b", { parameters: 0, contextLength: 0 }))).toBe("llama");
  });

  it("say how a loaded model runs", () => {
    const loaded: LoadedModel = {
      modelId: model("a").id,
      status: "ready",
      progress: 1,
      pid: 12,
      contextTokens: 2048,
      kvType: "f16",
      threads: 1,
      device: "cpu",
      gpuLayers: 0,
      layers: 30,
      steps: [],
      memoryBytes: null,
      unloadsAt: null,
      template: { source: "model", name: "model" },
      draftModel: null,
      draftRefusal: null,
    };
    expect(describeLoaded(loaded, strings)).toBe(
      "CPU · 1 thread · 2,048 tokens of context · its own chat template",
    );
    const embedding = { ...loaded, threads: 2, template: { source: "none", name: "" } } as const;
    expect(describeLoaded(embedding, strings)).toBe("CPU · 2 threads · 2,048 tokens of context");
    const full: LoadedModel = {
      ...loaded,
      device: "A card",
      gpuLayers: 18,
      kvType: "q8_0",
      memoryBytes: 4.2e8,
      unloadsAt: new Date(2030, 0, 1, 14, 5).getTime(),
    };
    expect(describeLoaded(full, strings)).toMatch(
      /^A card, 18 of 31 layers · 1 thread · 2,048 tokens of context · cache in q8_0 · 420 MB of memory · its own chat template · unloaded at .*05.* if not used$/,
    );
    expect(describeLoaded({ ...full, gpuLayers: 31 }, strings)).toMatch(/^A card, all layers · /);
    expect(describeLoaded({ ...loaded, draftModel: model("small").id }, strings)).toBe(
      "CPU · 1 thread · 2,048 tokens of context · its own chat template · small guesses ahead",
    );
    expect(describeLoaded({ ...loaded, draftRefusal: "vocabulary" }, strings)).toMatch(
      / · no draft model: its vocabulary is another$/,
    );
  });

  it("say what loading gave up, and why", () => {
    const reason = "Memory ran out.";
    const steps = describeSteps(
      [
        { change: "context", from: "8192", to: "4096", reason },
        { change: "kv-type", from: "f16", to: "q8_0", reason },
        { change: "gpu-layers", from: "31", to: "18", reason },
        { change: "device", from: "vulkan", to: "cpu", reason },
      ],
      strings,
    );
    expect(steps.map(({ what }) => what)).toEqual([
      "4096 tokens of context instead of 8192",
      "chats are kept in q8_0 instead of f16",
      "18 of 31 layers on the graphics device",
      "on the processor instead of vulkan",
    ]);
    expect(steps.every((step) => step.reason === reason)).toBe(true);
  });

  it("say beforehand whether there is room", () => {
    const estimate: MemoryEstimate = {
      modelId: model("a").id,
      contextTokens: 8192,
      kvType: "f16",
      weightsBytes: 1e8,
      kvBytes: 2e8,
      workBytes: 1e8,
      draftBytes: 0,
      totalBytes: 4e8,
      freeBytes: 2.4e10,
      device: "cpu",
      gpuLayers: 0,
      layers: 30,
      graphics: null,
      verdict: "fits",
      largestContextTokens: 8192,
      tokensPerSecond: null,
    };
    expect(describeFit(estimate, strings)).toBe(
      "needs about 400 MB with 8,192 tokens of context; 24 GB are free",
    );
    expect(describeFit({ ...estimate, verdict: "tight", gpuLayers: 18 }, strings)).toBe(
      "needs about 400 MB with 8,192 tokens of context; 24 GB are free · 18 of 31 layers on the graphics device. Other programs may become slow.",
    );
    expect(describeFit({ ...estimate, verdict: "too-large", gpuLayers: 31 }, strings)).toMatch(
      /free\. Hearth will try with a smaller context\.$/,
    );
  });

  it("tell how long a context fits and how fast it should write", () => {
    const estimate: MemoryEstimate = {
      modelId: model("a").id,
      contextTokens: 8192,
      kvType: "f16",
      weightsBytes: 1e8,
      kvBytes: 2e8,
      workBytes: 1e8,
      draftBytes: 0,
      totalBytes: 4e8,
      freeBytes: 2.4e10,
      device: "cpu",
      gpuLayers: 0,
      layers: 30,
      graphics: null,
      verdict: "fits",
      largestContextTokens: 32_768,
      tokensPerSecond: 41.7,
    };
    expect(describeFit(estimate, strings)).toBe(
      "needs about 400 MB with 8,192 tokens of context; 24 GB are free · up to 32,768 tokens fit · about 42 tokens per second",
    );
    const none = { ...estimate, verdict: "too-large", largestContextTokens: 0 } as const;
    expect(describeFit({ ...none, tokensPerSecond: null }, strings)).not.toMatch(/fit ·|second/);
  });

  it("say of a quantization what it costs, what falls back, and why it cannot be made", () => {
    const option: QuantOption = {
      type: "Q4_K_M",
      quality: "good",
      refusal: null,
      bytes: 1.05e8,
      bitsPerWeight: 6.2,
      tensors: 272,
      types: [],
      fallbacks: [
        { wanted: "Q4_K", blockLength: 256, instead: "Q5_0", tensors: 166 },
        { wanted: "Q6_K", blockLength: 256, instead: "Q8_0", tensors: 14 },
      ],
      warning: null,
      fileName: "a.gguf",
    };
    expect(quantSelectOption(option, strings)).toEqual({
      value: "Q4_K_M",
      label: "Q4_K_M, 105 MB",
      hint: "Loses little; the usual choice.",
      disabled: false,
    });
    expect(quantSelectOption({ ...option, refusal: "rows" }, strings)).toMatchObject({
      hint: "This model's rows do not divide into its blocks.",
      disabled: true,
    });
    expect(fallbackSentence(option, strings)).toMatch(
      /^180 of 272 tensors get a larger type.*: 166 Q5_0 for Q4_K, 14 Q8_0 for Q6_K\.$/,
    );
    expect(fallbackSentence({ ...option, fallbacks: [] }, strings)).toBe(
      "All tensors get the types that are meant for them.",
    );
  });

  it("offer a KV type only once it has passed", () => {
    const verdict: KvVerdict = {
      kvType: "q8_0",
      passed: true,
      agreement: 0.962,
      meanDivergence: 0.005,
      perplexityRatio: 1.01,
      tokens: 447,
      problem: null,
    };
    const option = (verdicts: KvVerdict[]) => kvOption("q8_0", verdicts, strings);
    expect(kvOption("f16", [], strings).disabled).toBeUndefined();
    expect(option([])).toMatchObject({ disabled: true, hint: "Not compared yet." });
    expect(option([verdict])).toMatchObject({
      disabled: false,
      hint: "May be used: the same token in 96.2% of places, perplexity +1%.",
    });
    expect(option([{ ...verdict, passed: false }]).disabled).toBe(true);
    expect(option([{ ...verdict, passed: false, problem: "Why." }]).hint).toBe("Why.");
  });
});

describe("starter models", () => {
  const transfer: Transfer = {
    name: "SmolLM2",
    stage: "downloading",
    bytes: 25e6,
    totalBytes: 100e6,
    bytesPerSecond: 1e6,
  };
  it("tell stage, amount, rate and what is left", () => {
    const line = describeStarterTransfer(transfer, strings);
    expect(line.label).toBe("SmolLM2: downloading");
    expect(line.fraction).toBe(0.25);
    expect(line.detail?.replaceAll("\u00a0", " ")).toBe(
      "25 MB of 100 MB · 1 MB/s · about 1 min left",
    );
  });
  it("have no fraction while the size is not known", () => {
    const unknown = describeStarterTransfer({ ...transfer, totalBytes: null }, strings);
    expect(unknown.fraction).toBeNull();
    expect(unknown.detail?.replaceAll("\u00a0", " ")).toBe("25 MB · 1 MB/s");
    const silent = { ...transfer, stage: "converting", bytes: 0, totalBytes: null } as const;
    expect(describeStarterTransfer(silent, strings).detail).toBeUndefined();
    expect(describeStarterTransfer({ ...transfer, bytes: 200e6 }, strings).fraction).toBe(1);
  });
  it("stand still before and after", () => {
    const waiting = describeStarterTransfer({ ...transfer, stage: "waiting" }, strings);
    expect(waiting).toEqual({ label: "SmolLM2: waiting", fraction: 0, detail: undefined });
    expect(describeStarterTransfer({ ...transfer, stage: "done" }, strings).fraction).toBe(1);
  });
  it("are counted only while they are missing", () => {
    const starter = [
      { name: "a", purpose: "Chat", bytes: 10, installed: true },
      { name: "b", purpose: "Search", bytes: 20, installed: false },
      { name: "c", purpose: "Search", bytes: 30, installed: false },
    ];
    expect(missingStarters({ starter })).toEqual({ models: starter.slice(1), bytes: 50 });
  });
});

describe("hasNoChatModel", () => {
  const error = { code: "model-damaged", title: "", cause: "", suggestion: "" } as const;
  it("counts neither embedders nor damaged files", () => {
    expect(hasNoChatModel([model("a", { kind: "embedding" }), model("b", { error })])).toBe(true);
    expect(hasNoChatModel([model("a")])).toBe(false);
  });
});

describe("the path of a model file", () => {
  it.each([
    ['"/models/a b.gguf"', "/models/a b.gguf"],
    ["  '/a.gguf' ", "/a.gguf"],
    ["/it's.gguf", "/it's.gguf"],
    ["'", "'"],
  ])("%j becomes %j", (text, path) => expect(cleanPath(text)).toBe(path));
  it("must be full and a GGUF file's", () => {
    expect(modelPathProblem("a.gguf")).toBe("notFull");
    expect(modelPathProblem("/models/a.bin")).toBe("notGguf");
    expect(modelPathProblem("C:\\models\\A.GGUF")).toBeNull();
  });
});
