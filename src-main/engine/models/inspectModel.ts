import { createHash } from "node:crypto";
import path from "node:path";
import type { ModelKind, ModelMemory } from "../../contract/models.ts";
import { fileTypeNames } from "./gguf/ggmlTypes.ts";
import { damagedModel, unsupportedModel } from "./gguf/ggufErrors.ts";
import { type GgufHeader, readGgufHeader } from "./gguf/readGgufHeader.ts";
import { listSplitParts } from "./gguf/listSplitParts.ts";
import { memoryShape } from "./memoryShape.ts";

export type ModelInspection = {
  /** For people: the file's name without quantization and extension. */
  name: string;
  kind: ModelKind;
  architecture: string;
  /** Weights counted from the tensors' shapes. */
  parameters: number;
  /** Such as `Q4_K_M`. */
  quantization: string;
  /** Size of the file, or of all parts of a split model. */
  bytes: number;
  /** Tokens the model was trained for, 0 if the file does not say. */
  contextLength: number;
  hasChatTemplate: boolean;
  chatTemplate?: string;
  /** Absent where the header does not say enough. */
  memory?: ModelMemory;
  /** The same for models whose tokens mean the same, as far as headers tell. */
  vocabularyHash?: string;
};

const poolingRank = 4;

/** Encoders: models that turn text into vectors and cannot write. */
const encoderArchitectures = new Set([
  "bert",
  "eurobert",
  "gemma-embedding",
  "jina-bert-v2",
  "jina-bert-v3",
  "modern-bert",
  "neo-bert",
  "nomic-bert",
  "nomic-bert-moe",
  "t5encoder",
]);

/** Files that go with a model and are none: image projectors, adapters, audio decoders. */
const accessoryArchitectures = new Set(["clip", "mmproj", "wavtokenizer-dec"]);
const accessoryTypes = new Set(["adapter", "mmproj", "imatrix", "vocab"]);

/**
 * Says what a model file is, from its header alone.
 * @throws HearthError as `readGgufHeader` does, and `model-damaged` for a split model of which a
 * part is missing
 */
export async function inspectModel(file: string, signal?: AbortSignal): Promise<ModelInspection> {
  const header = await readGgufHeader(file, signal);
  const parts = await listSplitParts(file, header);
  const headers = [header];
  for (const part of parts) {
    if (part !== file) headers.push(await readGgufHeader(part, signal));
  }
  return inspectHeaders(file, headers);
}

/**
 * As {@link inspectModel}, from headers that have been read; the file need not be here.
 *
 * @param headers of all parts of a split model, the first one first
 * @throws HearthError `model-damaged`, `model-unsupported`
 */
export function inspectHeaders(file: string, headers: readonly GgufHeader[]): ModelInspection {
  const [header] = headers;
  if (!header) throw new RangeError("A model has at least one header.");
  const architecture = text(header, "general.architecture");
  if (architecture === undefined) throw damagedModel("It does not say which architecture it has.");
  const tensors = headers.flatMap((each) => each.tensors);
  const kind = kindOf(header, architecture, tensors);
  if (kind !== "unknown") {
    if (tensors.length === 0) throw unsupportedModel("It holds a vocabulary but no weights.");
    if (text(header, "tokenizer.ggml.model") === undefined) {
      throw unsupportedModel("It holds no vocabulary.");
    }
  }
  const chatTemplate = text(header, "tokenizer.chat_template");
  const quantization = quantizationOf(header, tensors);
  const memory = memoryShape(headers);
  const vocabularyHash = hashVocabulary(header);
  return {
    name: nameOf(file, header, quantization),
    kind,
    architecture,
    parameters: tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0),
    quantization,
    bytes: headers.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
    contextLength: count(header, `${architecture}.context_length`) ?? 0,
    hasChatTemplate: chatTemplate !== undefined,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    ...(memory === null ? {} : { memory }),
    ...(vocabularyHash === undefined ? {} : { vocabularyHash }),
  };
}

/** Over the kind of tokenizer, how it cuts text, its tokens, and those that begin and end a text. */
function hashVocabulary(header: GgufHeader): string | undefined {
  const tokens = header.metadata.get("tokenizer.ggml.tokens");
  if (typeof tokens !== "object" || !("sha256" in tokens)) return undefined;
  const parts = [
    text(header, "tokenizer.ggml.model"),
    text(header, "tokenizer.ggml.pre"),
    tokens.length,
    tokens.sha256,
    count(header, "tokenizer.ggml.bos_token_id"),
    count(header, "tokenizer.ggml.eos_token_id"),
  ].map((part) => part ?? null);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

type Tensors = GgufHeader["tensors"];

function kindOf(header: GgufHeader, architecture: string, tensors: Tensors): ModelKind {
  const isAccessory =
    accessoryArchitectures.has(architecture) ||
    accessoryTypes.has(text(header, "general.type") ?? "model");
  if (isAccessory) return "unknown";
  const pooling = count(header, `${architecture}.pooling_type`);
  const isEncoder = encoderArchitectures.has(architecture);
  const scores = tensors.some(({ name }) => /^cls(?:\.output)?\.weight$/u.test(name));
  if (pooling === poolingRank || (isEncoder && pooling === undefined && scores)) return "reranker";
  return isEncoder || (pooling !== undefined && pooling > 0) ? "embedding" : "chat";
}

/**
 * The file's own word for its quantization if the tensors bear it out; else the element type that
 * most weights have. Converters have been known to leave a wrong word in.
 */
function quantizationOf(header: GgufHeader, tensors: Tensors): string {
  const weights = new Map<string, number>();
  for (const { type, shape } of tensors) {
    weights.set(type, (weights.get(type) ?? 0) + elementsOf(shape));
  }
  const dominant = [...weights].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? "";
  const fileType = count(header, "general.file_type");
  const stated = fileType === undefined ? undefined : fileTypeNames.get(fileType);
  if (stated === undefined) return dominant;
  const isBorneOut = [...weights.keys()].some((type) => family(stated) === family(type));
  return isBorneOut ? stated : dominant;
}

/** `Q4_K_M` and `Q4_K` have one family: mixtures are named by bits, and vary in the rest. */
function family(name: string): string {
  return /^I?Q\d/u.exec(name)?.[0].replace("I", "") ?? name;
}

const dullNames = /^(?:ggml-)?model$/iu;

function nameOf(file: string, header: GgufHeader, quantization: string): string {
  const stem = path
    .basename(file)
    .replace(/\.gguf$/iu, "")
    .replace(/-\d{5}-of-\d{5}$/u, "");
  const suffix = new RegExp(`[-._](?:${escapeRegExp(quantization)})$`, "iu");
  const bare = quantization === "" ? stem : stem.replace(suffix, "");
  if (!dullNames.test(bare)) return bare;
  return text(header, "general.name") ?? bare;
}

function escapeRegExp(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
}

function text(header: GgufHeader, key: string): string | undefined {
  const value = header.metadata.get(key);
  return typeof value === "string" ? value : undefined;
}

function count(header: GgufHeader, key: string): number | undefined {
  const value = header.metadata.get(key);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
