import { describe, expect, it } from "vitest";
import { modelSchema, type Model } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import { chooseDraft } from "./chooseDraft.ts";

function model(id: string, bytes: number, change: Partial<Model> = {}): Model {
  const base = modelSchema.parse({
    id,
    name: id,
    path: `${id}.gguf`,
    kind: "chat",
    architecture: "llama",
    parameters: bytes,
    quantization: "Q8_0",
    bytes,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
    vocabularyHash: "a",
  });
  return { ...base, ...change };
}

const large = model("large", 4_000);
const third = model("third", 1_400);
const small = model("small", 1_000);
const tiny = model("tiny", 300);
const other = model("other", 200, { vocabularyHash: "b" });
const embedder = model("embedder", 100, { kind: "embedding" });
const damaged = model("damaged", 50, {
  error: { code: "model-damaged", title: "Damaged.", cause: "", suggestion: "" },
});
const all = [large, third, small, tiny, other, embedder, damaged];
const setting = (draftModel: string) => settingsSchema.parse({ draftModel }).draftModel;

describe("chooseDraft", () => {
  it("takes the smallest that suits by itself, and nothing where none does", () => {
    const choose = (target: Model, models = all) =>
      chooseDraft("auto", target, models, () => "fits");
    expect(choose(large)).toEqual({ model: tiny, refusal: null });
    expect(choose(large, [large, third, small])).toEqual({ model: small, refusal: null });
    expect(choose(large, [large, third, other])).toEqual({ model: null, refusal: null });
    expect(choose(small, [small, tiny])).toEqual({ model: null, refusal: null });
    expect(choose(embedder)).toEqual({ model: null, refusal: null });
  });

  it("leaves it out where memory does not suffice for both", () => {
    const choose = (draftModel: string, verdict: "fits" | "tight" | "too-large") =>
      chooseDraft(setting(draftModel), large, all, () => verdict);
    const without = { model: null, refusal: "memory" };
    expect(choose("auto", "tight")).toEqual(without);
    expect(choose("auto", "too-large")).toEqual(without);
    expect(choose("tiny", "tight")).toEqual({ model: tiny, refusal: null });
    expect(choose("tiny", "too-large")).toEqual(without);
  });

  it("takes none by a header that does not tell its vocabulary, unless it is named", () => {
    const silent = [large, small].map(({ vocabularyHash: _none, ...rest }) => rest);
    const [target = large] = silent;
    expect(chooseDraft("auto", target, silent, () => "fits").model).toBeNull();
    expect(chooseDraft(setting("small"), target, silent, () => "fits").model?.id).toBe("small");
  });

  it.each([
    ["off", null],
    ["gone", "missing"],
    ["damaged", "missing"],
    ["embedder", "kind"],
    ["other", "vocabulary"],
    ["third", "size"],
    ["large", "size"],
  ])("says why %s does not guess ahead: %s", (draftModel, refusal) => {
    const choice = chooseDraft(setting(draftModel), large, all, () => "fits");
    expect(choice).toEqual({ model: null, refusal });
  });
});
