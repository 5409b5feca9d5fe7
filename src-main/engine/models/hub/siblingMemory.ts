import type { ModelMemory } from "../../../contract/models.ts";
import { quantTypeSchema, type QuantType } from "../../../contract/quantize.ts";
import type { GgufHeader } from "../gguf/readGgufHeader.ts";
import { memoryShape } from "../memoryShape.ts";
import { planQuantization } from "../quantize/planQuantization.ts";

/** The file's size against that of the library's own mixture; beyond this it is of other weights. */
const plausible = { least: 0.85, most: 1.2 } as const;
/** The same for a maker's own mixture that is near one of the library's. */
const plausibleNear = { least: 0.7, most: 1.5 } as const;
/** More than any real model has: what follows from such a header would take too long to find. */
const mostTensors = 4000;
/** Names that are written in more than one way. */
const otherNames: Readonly<Record<string, QuantType>> = {
  FP16: "F16",
  FP32: "F32",
  MXFP4: "MXFP4_MOE",
};
/** Makers' own mixtures, such as `UD-Q4_K_XL` and `Q6_K_L`, by the bits that most of their weights have. */
const nearNames: readonly (readonly [RegExp, QuantType])[] = [
  [/^(?:UD-)?Q2_K/u, "Q2_K"],
  [/^(?:UD-)?Q3_K/u, "Q3_K_M"],
  [/^(?:UD-)?Q4_K/u, "Q4_K_M"],
  [/^(?:UD-)?Q5_K/u, "Q5_K_M"],
  [/^(?:UD-)?Q6_K/u, "Q6_K"],
  [/^(?:UD-)?Q8_/u, "Q8_0"],
  [/^(?:UD-)?IQ1_/u, "IQ1_M"],
  [/^(?:UD-)?IQ2_/u, "IQ2_M"],
  [/^(?:UD-)?IQ3_/u, "IQ3_S"],
  [/^(?:UD-)?IQ4_/u, "IQ4_XS"],
];

/** The library's quantization of a name, or the one that is nearest to it. */
function typeOf(name: string): { type: QuantType; isExact: boolean } | null {
  const exact = quantTypeSchema.safeParse(otherNames[name] ?? name);
  if (exact.success) return { type: exact.data, isExact: true };
  const near = nearNames.find(([pattern]) => pattern.test(name));
  return near ? { type: near[1], isExact: false } : null;
}

/**
 * What a quantization takes, told from the header of another quantization of the same weights: the tensors
 * have the same names and shapes, and only their types differ. Which types those are follows from the
 * quantization's name by the library's rules; how many bytes there are in all follows from the file's size,
 * less the header, which is nearly the same in all of them.
 *
 * @param headers of all parts of the other one
 * @returns null where the name tells no types, or the size shows that the weights are not the same
 */
export function siblingMemory(
  headers: readonly GgufHeader[],
  { quantization, bytes }: { quantization: string; bytes: number },
): ModelMemory | null {
  const [head] = headers;
  const named = typeOf(quantization);
  if (!head || !named) return null;
  if (headers.reduce((sum, { tensors }) => sum + tensors.length, 0) > mostTensors) return null;
  const { planned } = planQuantization(headers, named.type);
  const plannedBytes = planned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const weightsBytes = bytes - headers.reduce((sum, { dataOffset }) => sum + dataOffset, 0);
  const ratio = weightsBytes / plannedBytes;
  const { least, most } = named.isExact ? plausible : plausibleNear;
  if (!(ratio >= least && ratio <= most)) return null;
  const tensors = planned.map(({ name, shape, to, sizeBytes }) => ({
    name,
    shape,
    type: to,
    offset: 0,
    sizeBytes,
  }));
  const memory = memoryShape([{ ...head, tensors }]);
  if (!memory) return null;
  const scaled = (value: number): number => Math.round(value * ratio);
  return {
    ...memory,
    weightsBytes,
    readBytes: scaled(memory.readBytes ?? memory.weightsBytes),
    repackable: Object.fromEntries(
      Object.entries(memory.repackable ?? {}).map(([name, value]) => [name, scaled(value)]),
    ),
  };
}
