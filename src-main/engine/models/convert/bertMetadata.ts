import { HearthError } from "../../../contract/errors.ts";
import type { GgufEntry } from "../gguf/writeGguf.ts";
import type { BertConfig, EmbedderQuantization } from "./bertConfig.ts";

/** The word-boundary mark of llama.cpp's WordPiece tokenizer. */
const wordStart = "\u2581";
const tokenType = { normal: 1, control: 3, unused: 5 } as const;
const controlTokens = new Set(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
const meanPooling = 1;
const fileTypes = { F16: 1, Q8_0: 7 } as const;

/**
 * GGUF metadata of a BERT sentence embedder. Pieces of words lose their `##`; beginnings of words
 * get the boundary mark, as llama.cpp expects.
 * @throws HearthError `model-unsupported` if a special token is missing from the vocabulary.
 */
export function bertMetadata(model: {
  name: string;
  config: BertConfig;
  vocabulary: readonly string[];
  quantization: EmbedderQuantization;
}): GgufEntry[] {
  const { config, vocabulary } = model;
  const count = (key: string, value: number): GgufEntry => ({ key, type: "uint32", value });
  const text = (key: string, value: string): GgufEntry => ({ key, type: "string", value });
  const token = (key: string, word: string): GgufEntry =>
    count(`tokenizer.ggml.${key}_token_id`, idOf(word, vocabulary));
  return [
    text("general.architecture", "bert"),
    text("general.name", model.name),
    text("general.license", "apache-2.0"),
    count("bert.block_count", config.num_hidden_layers),
    count("bert.context_length", config.max_position_embeddings),
    count("bert.embedding_length", config.hidden_size),
    count("bert.feed_forward_length", config.intermediate_size),
    count("bert.attention.head_count", config.num_attention_heads),
    {
      key: "bert.attention.layer_norm_epsilon",
      type: "float32",
      value: config.layer_norm_eps,
    },
    { key: "bert.attention.causal", type: "bool", value: false },
    count("bert.pooling_type", meanPooling),
    count("general.file_type", fileTypes[model.quantization]),
    text("tokenizer.ggml.model", "bert"),
    text("tokenizer.ggml.pre", "default"),
    count("tokenizer.ggml.token_type_count", 2),
    {
      key: "tokenizer.ggml.tokens",
      type: "array",
      element: "string",
      values: vocabulary.map(pieceOf),
    },
    {
      key: "tokenizer.ggml.token_type",
      type: "array",
      element: "int32",
      values: vocabulary.map(typeOf),
    },
    token("unknown", "[UNK]"),
    // llama.cpp's own spelling of the key.
    token("seperator", "[SEP]"),
    token("padding", "[PAD]"),
    token("mask", "[MASK]"),
    token("bos", "[CLS]"),
    token("eos", "[SEP]"),
  ];
}

function pieceOf(word: string): string {
  if (typeOf(word) !== tokenType.normal) return word;
  return word.startsWith("##") ? word.slice(2) : `${wordStart}${word}`;
}

function typeOf(word: string): number {
  if (controlTokens.has(word)) return tokenType.control;
  return word.startsWith("[unused") ? tokenType.unused : tokenType.normal;
}

function idOf(word: string, vocabulary: readonly string[]): number {
  const id = vocabulary.lastIndexOf(word);
  if (id >= 0) return id;
  throw new HearthError({
    code: "model-unsupported",
    title: "Hearth cannot convert this model.",
    cause: `Its vocabulary lacks ${word}.`,
    suggestion: "Choose a model in GGUF format.",
  });
}
