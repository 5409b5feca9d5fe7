import { describe, expect, it } from "vitest";
import { documentIdSchema, chunkIdSchema, modelIdSchema } from "../../contract/ids.ts";
import type { DocumentRow, IngestResult } from "../../contract/documents.ts";
import type { Model } from "../../contract/models.ts";
import type { GroundedAnswer, Hit } from "../../contract/search.ts";
import { searchable } from "../chosenDocuments.ts";
import { findModel } from "../findModel.ts";
import { toAskJson } from "./ask.ts";
import { toBenchJson, type DecodeRun } from "./benchDecode.ts";
import { toChatJson } from "./chat.ts";
import { documentsOf } from "./documents.ts";
import { toEvalJson } from "./evalRetrieval.ts";
import { isTakenIn, toIngestJson } from "./ingest.ts";
import { toModelJson } from "./models.ts";
import { toHitJson } from "./search.ts";

const documentId = documentIdSchema.parse("d1");

const stats: DecodeRun["stats"] = {
  promptTokens: 1,
  reusedTokens: 2,
  tokens: 128,
  firstTokenMs: 4,
  tokensPerSecond: 50,
  contextTokens: 2048,
  model: "M",
  quantization: "Q4_1",
  threads: 2,
};

describe("the promised names of fields", () => {
  it("of chat", () => {
    expect(toChatJson("Hi", { reason: "stop", stats })).toMatchObject({
      text: "Hi",
      tokens: 128,
      promptTokens: 1,
      tokensPerSecond: 50,
      firstTokenMs: 4,
      model: "M",
      quantization: "Q4_1",
    });
  });

  it("of models list", () => {
    const { sha256: _sha256, source: _source, ...promised } = model("a", "/m/A.gguf", "A");
    expect(toModelJson(model("a", "/m/A.gguf", "A"))).toEqual(promised);
  });

  it("of ingest", () => {
    const done = result("ready");
    expect(toIngestJson(done)).toEqual({
      documentId: "d1",
      name: "a.pdf",
      status: "ready",
      pages: 3,
      recognized: [],
      unreadable: [],
      chunks: 7,
      ms: 12,
    });
    const error = { code: "file-encrypted", title: "T", cause: "C", suggestion: "S" } as const;
    expect(toIngestJson({ ...result("failed"), error })["error"]).toEqual(error);
    expect(
      (["ready", "unchanged", "failed", "cancelled"] as const).map((status) =>
        isTakenIn(result(status)),
      ),
    ).toEqual([true, true, false, false]);
  });

  it("of search and ask", () => {
    const hit: Hit = {
      chunkId: chunkIdSchema.parse("c1"),
      documentId,
      document: "a.pdf",
      page: null,
      location: { kind: "lines", from: 1, to: 2 },
      text: "T",
      highlights: [{ start: 0, end: 1 }],
      score: 0.5,
      explain: { contributions: [{ list: "vector", rank: 1, raw: 0.9, contribution: 0.5 }] },
    };
    expect(toHitJson(hit)).toEqual(hit);
    const answer: GroundedAnswer = {
      answer: "A [1]",
      abstained: false,
      sentences: [{ text: "A", supported: "supported", citations: [1], missing: [], claims: true }],
      citations: [
        { n: 1, documentId, document: "a.pdf", page: 1, quote: "q", location: hit.location },
      ],
      nearest: [],
      receipt: {
        route: "question",
        standalone: null,
        rewrites: [],
        budget: null,
        read: null,
        notes: [],
        usedChunkIds: [],
        retrieved: 1,
        used: 1,
        promptTokens: 1,
        answerTokens: 1,
        retrieveMs: 1,
        firstTokenMs: 1,
        totalMs: 1,
        model: "M",
        quantization: "Q",
        evidence: 1,
        threshold: 0,
        query: "q",
        tokens: { system: 0, history: 0, evidence: 0, question: 0 },
        steps: [],
        passages: [],
      },
    };
    expect(toAskJson(answer)).toEqual(answer);
  });

  it("of eval retrieval", () => {
    const metrics = { ndcgAt10: 0.4, recallAt10: 0.5, mrrAt10: 0.6, recallAt5: 0.3 };
    const arms = { keyword: metrics, vector: metrics, hybrid: metrics };
    const evaluated = { dataset: "c", documents: 1, queries: 2, arms, ingestMs: 3 };
    expect(toEvalJson(evaluated)).toEqual(evaluated);
    const interval = { mean: 0.1, low: 0, high: 0.2 };
    const gain = { ndcgAt10: interval, recallAt10: interval };
    const compared = {
      ...evaluated,
      ablation: [{ name: "without it", metrics, gain }],
      folds: { folds: 2, metrics, gain, chosen: [] },
    };
    expect(toEvalJson(compared)).toEqual(compared);
  });

  it("of bench decode, which reports the run in the middle", () => {
    const run = (tokensPerSecond: number): DecodeRun => ({
      stats: { ...stats, tokensPerSecond },
      wallMs: 128_000 / tokensPerSecond,
    });
    expect(toBenchJson([run(10), run(90), run(40)])).toEqual({
      tokensPerSecond: 40,
      tokens: 128,
      threads: 2,
      model: "M",
      quantization: "Q4_1",
      wallTokensPerSecond: 40,
      runs: [10, 90, 40],
    });
    expect(toBenchJson([run(10), run(90)]).tokensPerSecond).toBe(10);
  });
});

describe("--docs", () => {
  it("means the documents that can be searched, each once", () => {
    const failed = { ...result("failed"), documentId: documentIdSchema.parse("d2") };
    expect(searchable([result("ready"), failed, result("unchanged")])).toEqual(["d1"]);
  });

  it("says why none of them can", () => {
    const error = { code: "file-missing", title: "Gone.", cause: "", suggestion: "" } as const;
    expect(() => searchable([{ ...result("failed"), error }])).toThrow("Gone.");
    expect(() => searchable([])).toThrow("There are no documents in the given places.");
  });
});

describe("findModel", () => {
  const models = [
    model("id-a", "/m/SmolLM2-135M.Q4_1.gguf", "SmolLM2 135M"),
    model("id-b", "/m/MiniLM.F16.gguf", "MiniLM"),
    model("id-c", "/m/MiniLM.Q8_0.gguf", "MiniLM"),
  ];

  it.each([
    ["id-b", "id-b"],
    ["smollm2 135m", "id-a"],
    ["SmolLM2-135M.Q4_1.gguf", "id-a"],
    ["MiniLM.Q8_0", "id-c"],
    ["smol", "id-a"],
    ["minilm.f", "id-b"],
  ])("finds %s", (word, id) => {
    expect(findModel(word, `/elsewhere/${word}`, models).id).toBe(id);
  });

  it("finds a file by its path", () => {
    expect(findModel("../m/MiniLM.F16.gguf", "/m/MiniLM.F16.gguf", models).id).toBe("id-b");
  });

  it("says what there is, and where a word is not enough", () => {
    expect(() => findModel("llama", "/llama", models)).toThrow(
      expect.objectContaining({ code: "model-missing", title: "There is no model “llama”." }),
    );
    expect(() => findModel("MiniLM", "/MiniLM", models)).toThrow(
      expect.objectContaining({ code: "bad-input", title: "“MiniLM” fits more than one model." }),
    );
    expect(() => findModel("x", "/x", [])).toThrow(
      expect.objectContaining({ suggestion: "Get the starter models with “hearth setup”." }),
    );
  });
});

describe("documentsOf", () => {
  const rows = ["/a/x.pdf", "/a/b/y.pdf", "/ab/z.pdf"].map((file) => row(file));

  it.each([
    ["/a/x.pdf", ["/a/x.pdf"]],
    ["/a", ["/a/x.pdf", "/a/b/y.pdf"]],
    ["/", ["/a/x.pdf", "/a/b/y.pdf", "/ab/z.pdf"]],
  ])("for %s is %j", (file, expected) => {
    expect(documentsOf("word", file, rows).map((document) => document.path)).toEqual(expected);
  });

  it("takes an id, and refuses what is not there", () => {
    expect(documentsOf("/a/b/y.pdf-id", "/cwd/y", rows)).toHaveLength(1);
    expect(() => documentsOf("nope", "/nope", rows)).toThrow("“nope” is not in the library.");
  });
});

function result(status: IngestResult["status"]): IngestResult {
  return {
    documentId,
    name: "a.pdf",
    status,
    pages: 3,
    recognized: [],
    unreadable: [],
    chunks: 7,
    ms: 12,
  };
}

function row(file: string): DocumentRow {
  return {
    id: documentIdSchema.parse(`${file}-id`),
    name: "n",
    path: file,
    mediaType: "",
    bytes: 0,
    status: "ready",
    stage: "done",
    done: 0,
    total: 0,
    rate: 0,
    pages: null,
    recognized: [],
    unreadable: [],
    chunks: 0,
    addedAt: 0,
    modifiedAt: 0,
    tags: [],
    language: null,
    contentKey: "",
    attachment: false,
  };
}

function model(id: string, path: string, name: string): Model {
  return {
    id: modelIdSchema.parse(id),
    name,
    path,
    kind: "chat",
    architecture: "llama",
    parameters: 1,
    quantization: "Q4_1",
    bytes: 2,
    contextLength: 3,
    hasChatTemplate: true,
    source: "file",
    sha256: "00",
  };
}
