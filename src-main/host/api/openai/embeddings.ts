import { z } from "zod";
import { maxEmbeddingTexts } from "../../../contract/inference.ts";
import { badField } from "../ApiError.ts";
import type { Endpoint } from "../Endpoint.ts";
import { fields, optional, parseFields } from "../fields.ts";
import { findModel, publicName } from "../models.ts";

const text = fields.text.min(1);

const schema = z.looseObject({
  model: optional(fields.model),
  /** Lists of tokens belong to another model's vocabulary and are refused. */
  input: z.union([text, z.array(text).min(1).max(maxEmbeddingTexts)]),
  encoding_format: optional(z.enum(["float", "base64"])),
  dimensions: optional(z.int().min(1).max(1_000_000)),
});

export const embeddings: Endpoint = {
  method: "POST",
  path: "/v1/embeddings",
  dialect: "openai",
  answer: async ({ body: given, engine, signal }) => {
    const body = parseFields(schema, given);
    const model = await findModel(engine, "embedding", body.model, signal);
    const texts = typeof body.input === "string" ? [body.input] : body.input;
    const result = await engine.call("embeddings.run", { texts, modelId: model.id }, { signal });
    if (body.dimensions !== undefined && body.dimensions !== result.dimensions) {
      throw badField("dimensions", `The vectors of this model have ${result.dimensions} numbers.`);
    }
    if (result.truncatedTexts > 0) {
      throw badField(
        "input",
        `${result.truncatedTexts} of the texts are longer than the ${result.contextTokens} tokens that this model reads.`,
        "Cut them into shorter ones.",
      );
    }
    return {
      object: "list",
      data: result.vectors.map((vector, index) => ({
        object: "embedding",
        index,
        embedding: body.encoding_format === "base64" ? vector : toNumbers(vector),
      })),
      model: publicName(model),
      usage: { prompt_tokens: result.tokens, total_tokens: result.tokens },
    };
  },
};

function toNumbers(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
