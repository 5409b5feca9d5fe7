import type {
  QuantFallback,
  QuantOption,
  QuantRefusal,
  QuantType,
} from "../../../contract/quantize.ts";
import { defaultAlignment } from "../gguf/ggmlTypes.ts";
import type { GgufHeader } from "../gguf/readGgufHeader.ts";
import { padded, type GgufTensor } from "../gguf/readTensors.ts";
import { mayQuantize } from "./mayQuantize.ts";
import { type MixtureModel, MixtureRules, roleOf } from "./MixtureRules.ts";
import {
  elementType,
  exactTypes,
  fallbackTypes,
  needsImportance,
  quantKinds,
} from "./quantTypes.ts";

/** What becomes of one tensor. */
export interface PlannedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly sizeBytes: number;
  /** The type that it was meant to get, where its rows do not divide into that type's blocks. */
  readonly wanted: string | null;
}

export interface QuantPlan extends Omit<QuantOption, "fileName" | "quality" | "tensors"> {
  /** In the order of the file. */
  readonly planned: readonly PlannedTensor[];
}

/**
 * What the quantizer would make of a model, from its header alone.
 *
 * @param headers of all parts of a split model, the first one first; the result has one part
 */
export function planQuantization(headers: readonly GgufHeader[], type: QuantType): QuantPlan {
  const [head] = headers;
  if (!head) throw new RangeError("A model has at least one header.");
  const tensors = inOrder(headers.flatMap((header) => header.tensors));
  const { base } = quantKinds[type];
  const rules = new MixtureRules(modelOf(head, tensors), type, base);
  let refusal: QuantRefusal | null = null;
  const planned = tensors.map((tensor): PlannedTensor => {
    const { name, shape } = tensor;
    const asIs = { name, shape, from: tensor.type, to: tensor.type, wanted: null };
    if (!mayQuantize(tensor)) return { ...asIs, sizeBytes: tensor.sizeBytes };
    const wanted = exactTypes.has(base) ? base : rules.typeFor(tensor);
    const to = typeForRows(shape[0] ?? 1, wanted);
    if (to === null) {
      refusal ??= "rows";
      return { ...asIs, sizeBytes: tensor.sizeBytes };
    }
    if (importanceMissing(tensor, to, type)) refusal ??= "importance-data";
    const sizeBytes = bytesOf(shape, to);
    return { ...asIs, to, sizeBytes, wanted: to === wanted ? null : wanted };
  });
  if (planned.every(({ from, to }) => from === to)) refusal ??= "same";
  const dataBytes = planned.reduce(
    (sum, tensor) => sum + padded(tensor.sizeBytes, defaultAlignment),
    0,
  );
  const changed = planned.filter(({ name, shape }) => mayQuantize({ name, shape }));
  return {
    type,
    refusal,
    // The header hardly changes: of a split model the first part's, and a description of each tensor.
    bytes: dataBytes + headerBytes(headers),
    bitsPerWeight: bitsOf(planned.map(({ shape, to }) => ({ shape, type: to }))),
    types: countTypes(planned),
    fallbacks: countFallbacks(planned),
    warning: warningFor(changed),
    planned,
  };
}

/** Layer by layer, and in a layer by name: as the quantizer takes them. */
function inOrder(tensors: readonly GgufTensor[]): GgufTensor[] {
  const layerOf = (name: string): number => Number(/^blk\.(\d+)\./u.exec(name)?.[1] ?? -1);
  return tensors.toSorted(
    (a, b) => layerOf(a.name) - layerOf(b.name) || Buffer.from(a.name).compare(Buffer.from(b.name)),
  );
}

/** Models of so many layers count as one with 70 billion weights. */
const seventyBLayers: Readonly<Record<string, number>> = {
  llama: 80,
  qwen2: 80,
  deci: 80,
  olmo: 80,
  jais2: 68,
};

function modelOf(head: GgufHeader, tensors: readonly GgufTensor[]): MixtureModel {
  const named = head.metadata.get("general.architecture");
  const architecture = typeof named === "string" ? named : "";
  const numberOf = (key: string): number | null => {
    const value = head.metadata.get(`${architecture}.${key}`);
    const first = typeof value === "object" && "values" in value ? value.values?.[0] : value;
    return typeof first === "number" ? first : null;
  };
  const layers = numberOf("block_count") ?? 0;
  const heads = numberOf("attention.head_count") ?? 0;
  const kvHeads = numberOf("attention.head_count_kv") ?? heads;
  const headsPerKv = kvHeads > 0 ? Math.trunc(heads / kvHeads) : 0;
  const roles = tensors.map(({ name }) => roleOf(name));
  return {
    architecture,
    layers,
    experts: numberOf("expert_count") ?? 0,
    headsPerKv,
    isSeventyB:
      layers > 0 &&
      seventyBLayers[architecture] === layers &&
      (architecture !== "llama" || heads !== kvHeads),
    tied: !roles.includes("output"),
    values: roles.filter((role) => /value/u.test(role)).length,
  };
}

/** Null where the library has no type for such rows. */
function typeForRows(rowLength: number, wanted: string): string | null {
  const { blockElements } = elementType(wanted);
  if (rowLength % blockElements === 0) return wanted;
  const instead = fallbackTypes[wanted] ?? (blockElements <= 32 ? wanted : null);
  if (instead === null) return null;
  return rowLength % elementType(instead).blockElements === 0 ? instead : "F16";
}

function importanceMissing({ name }: GgufTensor, to: string, type: QuantType): boolean {
  const role = roleOf(name);
  if (role === "embedding" || role === "output") return false;
  return needsImportance.has(to) || (to === "Q2_K" && type === "Q2_K_S");
}

function bytesOf(shape: readonly number[], type: string): number {
  const { blockElements, blockBytes } = elementType(type);
  return (elementsOf(shape) / blockElements) * blockBytes;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function bitsOf(
  tensors: readonly { readonly shape: readonly number[]; readonly type: string }[],
): number {
  const bytes = tensors.reduce((sum, { shape, type }) => sum + bytesOf(shape, type), 0);
  const elements = tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  return elements > 0 ? (8 * bytes) / elements : 0;
}

function headerBytes(headers: readonly GgufHeader[]): number {
  const [head, ...rest] = headers;
  const described = rest.flatMap(({ tensors }) => tensors);
  const more = described.reduce(
    (sum, { name, shape }) => sum + 8 + Buffer.byteLength(name) + 4 + 8 * shape.length + 12,
    0,
  );
  return (head?.dataOffset ?? 0) + more;
}

function countTypes(planned: readonly PlannedTensor[]): QuantOption["types"] {
  const counts = new Map<string, number>();
  for (const { to } of planned) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts]
    .map(([type, tensors]) => ({ type, tensors }))
    .toSorted((a, b) => b.tensors - a.tensors);
}

function countFallbacks(planned: readonly PlannedTensor[]): QuantFallback[] {
  const counts = new Map<string, QuantFallback>();
  for (const { wanted, to } of planned) {
    if (wanted === null) continue;
    const key = `${wanted} ${to}`;
    const { blockElements } = elementType(wanted);
    const before = counts.get(key)?.tensors ?? 0;
    counts.set(key, { wanted, blockLength: blockElements, instead: to, tensors: before + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.tensors - a.tensors);
}

/** Only what is quantized counts: norms are exact in every file. */
function warningFor(changed: readonly PlannedTensor[]): QuantOption["warning"] {
  const coarse = changed.filter(({ from }) => !exactTypes.has(from));
  const from = bitsOf(changed.map(({ shape, from: type }) => ({ shape, type })));
  const to = bitsOf(changed.map(({ shape, to: type }) => ({ shape, type })));
  if (coarse.length === 0) return null;
  return to >= from ? "no-gain" : "requantized";
}
