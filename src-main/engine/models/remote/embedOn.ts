import type { ServerModel } from "../../../contract/servers.ts";
import type { EmbedResult } from "../../llama/InferenceBackend.ts";
import { asCount, asList, asRecord } from "./json.ts";
import { estimateTokens } from "./estimateTokens.ts";
import type { ServerClient, ServerRequest } from "./ServerClient.ts";
import { serverNonsense } from "./serverErrors.ts";

const textsAtATime = 32;
const mostDimensions = 65_536;

/** Vectors of texts by a server, brought to length 1. Texts beyond the model's context lose their end. */
export async function embedOn(
  client: ServerClient,
  model: ServerModel,
  texts: readonly string[],
  request: ServerRequest,
): Promise<EmbedResult> {
  const vectors: Float32Array[] = [];
  let tokens = 0;
  let truncatedTexts = 0;
  for (let at = 0; at < texts.length; at += textsAtATime) {
    const input = texts.slice(at, at + textsAtATime).map((text) => {
      const fitting = cutToFit(text, model.contextTokens);
      if (fitting.length < text.length) truncatedTexts++;
      // Servers refuse an empty text.
      return fitting === "" ? " " : fitting;
    });
    const body = { model: model.name, input, encoding_format: "float" };
    const reply = asRecord(await client.json("/v1/embeddings", request, body));
    vectors.push(...vectorsIn(reply["data"], input.length, vectors[0]?.length, client.host));
    const estimate = input.reduce((sum, text) => sum + estimateTokens(text), 0);
    const bytes = input.reduce((sum, text) => sum + Buffer.byteLength(text) + 8, 0);
    tokens += asCount(asRecord(reply["usage"])["prompt_tokens"], 0, bytes) ?? estimate;
  }
  return { vectors, truncatedTexts, tokens };
}

function vectorsIn(
  data: unknown,
  count: number,
  dimensions: number | undefined,
  host: string,
): Float32Array[] {
  const entries = asList(data).map(asRecord);
  const found = Array.from<Float32Array | undefined>({ length: count });
  entries.forEach((entry, at) => {
    const index = asCount(entry["index"] ?? at, 0, count - 1);
    if (index !== null) found[index] = unitVector(entry["embedding"]);
  });
  const wanted = dimensions ?? found[0]?.length;
  const vectors = found.filter((vector) => vector !== undefined && vector.length === wanted);
  if (vectors.length === count) return vectors as Float32Array[];
  throw serverNonsense(host, "Its embeddings are not one list of numbers for each text.");
}

function unitVector(value: unknown): Float32Array | undefined {
  const numbers = asList(value);
  if (numbers.length === 0 || numbers.length > mostDimensions) return undefined;
  if (!numbers.every((number) => typeof number === "number" && Number.isFinite(number)))
    return undefined;
  const vector = Float32Array.from(numbers as number[]);
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length)
    ? vector.map((number) => number / length)
    : undefined;
}

/** The beginning of a text that surely fits. */
function cutToFit(text: string, contextTokens: number): string {
  if (estimateTokens(text) <= contextTokens) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (estimateTokens(text.slice(0, middle)) <= contextTokens) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, fits);
}
