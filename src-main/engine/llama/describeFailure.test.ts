import { describe, expect, it } from "vitest";
import { describeDeath, describeLoadDeath, describeLoadFailure } from "./describeFailure.ts";

const vague = {
  code: "model-load-failed",
  title: "The model could not be loaded.",
  cause: "",
  suggestion: "",
} as const;

describe("describeLoadFailure", () => {
  it.each([
    [
      "llama_model_load: error loading model: unknown model architecture: 'martian'",
      "model-unsupported",
      /martian/,
    ],
    [
      "llama_model_load: error loading model: error loading model vocabulary: unknown pre-tokenizer type: 'odd'",
      "model-unsupported",
      /odd/,
    ],
    [
      "llama_model_load: error loading model: tensor 'a' data is not within the file bounds, model is corrupted or incomplete",
      "model-damaged",
      /bounds/,
    ],
    ["gguf_init_from_reader: failed to read key-value pairs", "model-damaged", /key-value/],
    [
      "llama_model_load: error loading model: missing tensor 'token_embd.weight'",
      "model-damaged",
      /token_embd/,
    ],
    [
      "alloc_tensor_range: failed to allocate CPU buffer of size 99999999999",
      "out-of-memory",
      /allocate/,
    ],
  ])("%s is %s", (line, code, cause) => {
    const error = describeLoadFailure(vague, [
      "load: reading",
      line,
      "load_model: failed to load model",
    ]);
    expect(error.code).toBe(code);
    expect(error.reason).toMatch(cause);
    expect(error.suggestion).not.toBe("");
  });

  it("keeps a report that is precise already", () => {
    const precise = { ...vague, code: "library-mismatch" } as const;
    expect(describeLoadFailure(precise, ["failed to allocate"]).code).toBe("library-mismatch");
  });

  it("knows a library that found no room by the loader's words", () => {
    const cause = "It does not load: failed to map segment from shared object";
    const report = { ...vague, code: "library-mismatch", cause } as const;
    expect(describeLoadFailure(report, []).code).toBe("out-of-memory");
  });

  it("does not take a size told in passing for a lack of memory", () => {
    expect(describeLoadFailure(vague, ["CPU model buffer size = 96.00 MiB"]).code).toBe(
      "model-load-failed",
    );
  });
});

describe("describeDeath", () => {
  it("says how the process ended and what it said last", () => {
    const error = describeDeath({
      code: null,
      signal: "SIGABRT",
      lastLines: ["x", "ggml.c:12: GGML_ASSERT(n > 0) failed", "y"],
    });
    expect(error.code).toBe("model-died");
    expect(error.reason).toMatch(/internal check.*GGML_ASSERT\(n > 0\)/);
  });

  it("names memory where the process ran out of it", () => {
    expect(describeDeath({ code: 134, signal: null, lastLines: ["std::bad_alloc"] }).code).toBe(
      "out-of-memory",
    );
  });

  it("takes an end by force while loading for a lack of memory", () => {
    expect(describeLoadDeath({ code: null, signal: "SIGKILL", lastLines: [] }).code).toBe(
      "out-of-memory",
    );
  });

  it("has words for an end while loading", () => {
    expect(describeLoadDeath({ code: null, signal: "SIGILL", lastLines: [] }).reason).toMatch(
      /instruction/,
    );
    expect(
      describeLoadDeath({ code: null, signal: null, lastLines: ["spawn ENOENT"] }).reason,
    ).toMatch(/not be started/);
  });
});
