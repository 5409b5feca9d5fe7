import { describe, expect, it } from "vitest";
import { modelIdSchema } from "../../contract/ids.ts";
import type { Model } from "../../contract/models.ts";
import { settingsSchema, type Settings } from "../../contract/settings.ts";
import { chooseDefaults } from "./modelChoice.ts";

function model(id: string, kind: Model["kind"], parameters: number, isAway = false): Model {
  return {
    id: modelIdSchema.parse(id),
    name: id,
    path: `/m/${id}.gguf`,
    kind,
    architecture: "llama",
    parameters,
    quantization: "Q8_0",
    bytes: parameters,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
    ...(isAway
      ? { error: { code: "file-missing", title: "Away.", cause: "", suggestion: "" } }
      : {}),
  };
}

const choose = (models: readonly Model[], settings: Partial<Settings> = {}) =>
  chooseDefaults(models, settingsSchema.parse(settings));

describe("models whose disk is away", () => {
  const here = model("here", "chat", 1);
  const away = model("away", "chat", 9, true);

  it("stay chosen where the user chose them, and are no reason to take another", () => {
    expect(choose([here, away], { chatModelId: away.id }).chatModelId).toBe("away");
  });

  it("give way where nobody chose, as long as there is another", () => {
    expect(choose([here, away]).chatModelId).toBe("here");
    expect(choose([away]).chatModelId).toBe("away");
  });

  it("are not replaced as embedders: the library would be read anew", () => {
    const models = [model("small", "embedding", 1), model("large", "embedding", 9, true)];
    expect(choose(models).embeddingModelId).toBe("large");
  });

  it("put nothing in order: a search does without", () => {
    const rankers = [model("quick", "reranker", 1, true), model("slow", "reranker", 9)];
    expect(choose(rankers, { rerankerModel: rankers[0]!.id }).rerankerModelId).toBe("slow");
    expect(choose(rankers.slice(0, 1)).rerankerModelId).toBeNull();
  });
});
