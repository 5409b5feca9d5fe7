import type { QuantQuality, QuantType } from "../../../contract/quantize.ts";
import { ggmlTypes, type GgmlType } from "../gguf/ggmlTypes.ts";

export interface QuantKind {
  /** The number that the library knows it by (`llama_ftype`). */
  readonly fileType: number;
  /** Type of the tensors that no rule makes an exception for. */
  readonly base: string;
  readonly quality: QuantQuality;
}

const kind = (fileType: number, base: string, quality: QuantQuality): QuantKind => ({
  fileType,
  base,
  quality,
});

/** Every quantization that the library makes. */
export const quantKinds: Readonly<Record<QuantType, QuantKind>> = {
  F32: kind(0, "F32", "full"),
  BF16: kind(32, "BF16", "full"),
  F16: kind(1, "F16", "full"),
  Q8_0: kind(7, "Q8_0", "high"),
  Q6_K: kind(18, "Q6_K", "high"),
  Q5_1: kind(9, "Q5_1", "good"),
  Q5_K_M: kind(17, "Q5_K", "good"),
  Q5_K_S: kind(16, "Q5_K", "good"),
  Q5_0: kind(8, "Q5_0", "good"),
  Q4_1: kind(3, "Q4_1", "fair"),
  Q4_K_M: kind(15, "Q4_K", "good"),
  Q4_K_S: kind(14, "Q4_K", "fair"),
  Q4_0: kind(2, "Q4_0", "fair"),
  IQ4_NL: kind(25, "IQ4_NL", "fair"),
  IQ4_XS: kind(30, "IQ4_XS", "fair"),
  MXFP4_MOE: kind(38, "MXFP4", "special"),
  Q3_K_L: kind(13, "Q3_K", "fair"),
  Q3_K_M: kind(12, "Q3_K", "low"),
  IQ3_M: kind(27, "IQ3_S", "low"),
  IQ3_S: kind(26, "IQ3_S", "low"),
  Q3_K_S: kind(11, "Q3_K", "low"),
  IQ3_XS: kind(22, "IQ3_S", "low"),
  IQ3_XXS: kind(23, "IQ3_XXS", "low"),
  Q2_K: kind(10, "Q2_K", "low"),
  Q2_K_S: kind(21, "Q2_K", "low"),
  IQ2_M: kind(29, "IQ2_S", "low"),
  IQ2_S: kind(28, "IQ2_XS", "low"),
  IQ2_XS: kind(20, "IQ2_XS", "low"),
  Q2_0: kind(41, "Q2_0", "special"),
  IQ2_XXS: kind(19, "IQ2_XXS", "low"),
  TQ2_0: kind(37, "TQ2_0", "special"),
  IQ1_M: kind(31, "IQ1_M", "low"),
  TQ1_0: kind(36, "TQ1_0", "special"),
  IQ1_S: kind(24, "IQ1_S", "low"),
  Q1_0: kind(40, "Q1_0", "special"),
};

const byName: ReadonlyMap<string, GgmlType> = new Map(
  [...ggmlTypes.values()].map((type) => [type.name, type]),
);

/** Block length and bytes of an element type by its name. */
export function elementType(name: string): GgmlType {
  const type = byName.get(name);
  if (!type) throw new RangeError(`There is no element type ${name}.`);
  return type;
}

/** What rows get that do not divide into the blocks of a type; the rest of the types have no way out. */
export const fallbackTypes: Readonly<Record<string, string>> = {
  IQ1_S: "IQ4_NL",
  IQ1_M: "IQ4_NL",
  IQ2_XXS: "IQ4_NL",
  IQ2_XS: "IQ4_NL",
  IQ2_S: "IQ4_NL",
  IQ3_XXS: "IQ4_NL",
  IQ3_S: "IQ4_NL",
  IQ4_XS: "IQ4_NL",
  Q2_0: "Q4_0",
  Q2_K: "Q4_0",
  Q3_K: "Q4_0",
  TQ1_0: "Q4_0",
  TQ2_0: "Q4_0",
  Q4_K: "Q5_0",
  Q5_K: "Q5_1",
  Q6_K: "Q8_0",
};

/** Types whose tensors become noise without importance data. */
export const needsImportance: ReadonlySet<string> = new Set([
  "IQ3_XXS",
  "IQ2_XXS",
  "IQ2_XS",
  "IQ2_S",
  "IQ1_M",
  "IQ1_S",
]);

/** Exact enough that nothing was lost before. */
export const exactTypes: ReadonlySet<string> = new Set(["F32", "F16", "BF16"]);
