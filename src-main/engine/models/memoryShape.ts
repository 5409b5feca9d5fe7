import type { ModelMemory } from "../../contract/models.ts";
import type { GgufHeader } from "./gguf/readGgufHeader.ts";

const mostLayers = 4096;

/**
 * What a model's header says about the memory that it takes, or null where it does not say enough.
 *
 * The cache of a chat holds, for each token and layer, one key and one value per KV head. Models with
 * latent attention (a KV rank in the header) hold one compressed row instead. Layers without
 * attention have no heads and hold nothing that grows. Windows of attention are not counted: the
 * cache is made in full size for them too.
 *
 * @param headers of all parts of a split model, the first one first
 */
export function memoryShape(headers: readonly GgufHeader[]): ModelMemory | null {
  const [head] = headers;
  if (!head) return null;
  const architecture = head.metadata.get("general.architecture");
  if (typeof architecture !== "string") return null;
  const numberOf = (key: string): number | null => count(head, `${architecture}.${key}`);
  const layers = numberOf("block_count");
  const embedding = numberOf("embedding_length");
  // A hostile count must not have lists made of it; the library itself takes 512 at most.
  if (layers === null || layers < 1 || layers > mostLayers) return null;
  const heads = perLayer(head, `${architecture}.attention.head_count`, layers);
  if (embedding === null || heads === null) return null;
  const kvHeads = perLayer(head, `${architecture}.attention.head_count_kv`, layers) ?? heads;
  const usual = Math.floor(embedding / Math.max(1, ...heads));
  const keyLength = numberOf("attention.key_length") ?? usual;
  const valueLength = numberOf("attention.value_length") ?? usual;
  const rank = numberOf("attention.kv_lora_rank");
  const rope = numberOf("rope.dimension_count") ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const cached = sum(kvHeads);
  const feedForward = perLayer(head, `${architecture}.feed_forward_length`, layers) ?? [0];
  return {
    weightsBytes: sum(headers.flatMap(({ tensors }) => tensors.map((tensor) => tensor.sizeBytes))),
    layers,
    keyValues: rank === null ? cached * keyLength : layers * (rank + rope),
    valueValues: rank === null ? cached * valueLength : 0,
    rowLength: rank === null ? smallestOf(keyLength, valueLength) : rank + rope,
    stepValues: 2 * Math.max(...feedForward) + 4 * embedding,
    vocabulary: vocabularySize(head) ?? 0,
    embedding,
    readBytes: readPerToken(headers, {
      used: numberOf("expert_used_count") ?? 0,
      experts: numberOf("expert_count") ?? 0,
    }),
    repackable: repackableBytes(headers),
  };
}

/** A row of the embedding is looked up; all else is read, of the experts those that are used. */
function readPerToken(
  headers: readonly GgufHeader[],
  { used, experts }: { used: number; experts: number },
): number {
  const tensors = headers.flatMap((header) => header.tensors);
  const isTied = !tensors.some(({ name }) => name === "output.weight");
  const share = experts > 0 && used > 0 ? Math.min(1, used / experts) : 1;
  return tensors.reduce((sum, { name, sizeBytes }) => {
    if (name === "token_embd.weight" && !isTied) return sum;
    return sum + (name.endsWith("_exps.weight") ? share : 1) * sizeBytes;
  }, 0);
}

/** Matrices alone are put in another order, eight rows at a time; the embedding is none of them. */
function repackableBytes(headers: readonly GgufHeader[]): Record<string, number> {
  const bytes: Record<string, number> = {};
  for (const { name, type, shape, sizeBytes } of headers.flatMap((header) => header.tensors)) {
    const isMatrix = name.endsWith(".weight") && (shape[1] ?? 1) > 1 && (shape[1] ?? 1) % 8 === 0;
    if (isMatrix && !name.startsWith("token_embd") && /^(?:I?Q|MXFP)/u.test(type))
      bytes[type] = (bytes[type] ?? 0) + sizeBytes;
  }
  return bytes;
}

/** The length that packs worst: one that is no multiple of 32 cannot be packed at all. */
function smallestOf(keyLength: number, valueLength: number): number {
  return keyLength % 32 === 0 ? valueLength : keyLength;
}

function count(header: GgufHeader, key: string): number | null {
  const value = header.metadata.get(key);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A number for all layers, or one for each. Null where the header has neither. */
function perLayer(header: GgufHeader, key: string, layers: number): number[] | null {
  const value = header.metadata.get(key);
  const single = count(header, key);
  if (single !== null) return Array.from({ length: layers }, () => single);
  if (typeof value !== "object" || !("length" in value)) return null;
  const numbers = (value.values ?? []).filter((each) => typeof each === "number");
  // Long arrays are counted but not kept: without their values there is nothing to add up.
  return numbers.length > 0 && numbers.length === value.length ? numbers : null;
}

function vocabularySize(header: GgufHeader): number | null {
  const tokens = header.metadata.get("tokenizer.ggml.tokens");
  return typeof tokens === "object" && "length" in tokens ? tokens.length : null;
}
