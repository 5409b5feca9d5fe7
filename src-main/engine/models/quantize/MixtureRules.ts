import type { QuantType } from "../../../contract/quantize.ts";
import { elementType } from "./quantTypes.ts";

/** What a tensor is in the model, as far as it matters for how many bits it gets. */
export type TensorRole =
  | "embedding"
  | "output"
  | "query"
  | "key"
  | "value"
  | "query-key-value"
  | "key-value"
  | "attention-output"
  | "up"
  | "gate"
  | "down"
  | "other";

const rolesByPart: readonly (readonly [string, TensorRole])[] = [
  ["attn_qkv.weight", "query-key-value"],
  ["attn_kv_b.weight", "key-value"],
  ["attn_v.weight", "value"],
  ["attn_k.weight", "key"],
  ["attn_q.weight", "query"],
  ["attn_output.weight", "attention-output"],
  ["ffn_up", "up"],
  ["ffn_gate", "gate"],
  ["ffn_down", "down"],
];

export function roleOf(name: string): TensorRole {
  if (name === "output.weight") return "output";
  if (name === "token_embd.weight" || name === "per_layer_token_embd.weight") return "embedding";
  return rolesByPart.find(([part]) => name.includes(part))?.[1] ?? "other";
}

/** What the rules look at beside the tensor. */
export interface MixtureModel {
  readonly architecture: string;
  readonly layers: number;
  readonly experts: number;
  /** Query heads for each head of keys and values. */
  readonly headsPerKv: number;
  /** One of the large models in which few heads of values serve many queries. */
  readonly isSeventyB: boolean;
  /** The embedding is the output, too. */
  readonly tied: boolean;
  /** Tensors of attention values. */
  readonly values: number;
}

export interface MixtureTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

const valueRoles: ReadonlySet<TensorRole> = new Set(["value", "query-key-value", "key-value"]);
const veryLow: ReadonlySet<QuantType> = new Set([
  "IQ2_XXS",
  "IQ2_XS",
  "IQ1_S",
  "IQ2_S",
  "IQ2_M",
  "IQ1_M",
]);
const isOneOf = (type: QuantType, ...types: readonly QuantType[]): boolean => types.includes(type);

/**
 * Which type each tensor of a mixture is meant to get: tensors that matter more get more bits. The rules
 * are those of the library's quantizer without importance data, so that what it will do can be told before.
 * They count tensors, so each is asked once, in the order in which the quantizer takes them.
 */
export class MixtureRules {
  readonly #model: MixtureModel;
  readonly #type: QuantType;
  readonly #base: string;
  #value = 0;
  #down = 0;
  #gate = 0;
  #up = 0;

  constructor(model: MixtureModel, type: QuantType, base: string) {
    this.#model = model;
    this.#type = type;
    this.#base = base;
  }

  typeFor(tensor: MixtureTensor): string {
    const role = roleOf(tensor.name);
    if (role === "output" || (this.#model.tied && role === "embedding"))
      return this.#forOutput(tensor);
    if (this.#type === "MXFP4_MOE") return this.#forMxfp4(tensor, role);
    if (role === "embedding") return this.#forEmbedding();
    if (veryLow.has(this.#type)) return this.#forVeryLow(role);
    if (valueRoles.has(role)) return this.#forValue();
    if (role === "key" || role === "query") return this.#forQueryOrKey(role);
    if (role === "down") return this.#forDown(this.#layerOf(tensor.name, this.#down++));
    if (role === "attention-output") return this.#forAttentionOutput();
    if (role === "gate") return this.#forGateOrUp(this.#layerOf(tensor.name, this.#gate++));
    if (role === "up") return this.#forGateOrUp(this.#layerOf(tensor.name, this.#up++));
    return this.#base;
  }

  get #isFalcon(): boolean {
    return this.#model.architecture === "falcon";
  }

  get #manyPerKv(): boolean {
    return this.#model.headsPerKv >= 4;
  }

  /** Parts of the model's depth are counted in whole layers. */
  #share(numerator: number, denominator: number): number {
    return Math.trunc((numerator * this.#model.layers) / denominator);
  }

  #getsMore(at: number, of: number): boolean {
    const eighth = Math.trunc(of / 8);
    return at < eighth || at >= Math.trunc((7 * of) / 8) || (at - eighth) % 3 === 2;
  }

  /** Experts are not in the order of layers, so there the name tells. */
  #layerOf(name: string, counted: number): number {
    if (this.#model.experts <= 1) return counted;
    return Number(/^blk\.(\d+)\./u.exec(name)?.[1] ?? counted);
  }

  #forOutput(tensor: MixtureTensor): string {
    const type = this.#type;
    if (type === "MXFP4_MOE" || this.#isFalcon) return "Q8_0";
    if ((tensor.shape[0] ?? 1) % elementType(this.#base).blockElements !== 0) return "Q8_0";
    if (veryLow.has(type) || type === "IQ3_XXS") return "Q5_K";
    return this.#base === "Q8_0" ? "Q8_0" : "Q6_K";
  }

  #forMxfp4(tensor: MixtureTensor, role: TensorRole): string {
    const isExpert =
      this.#model.architecture !== "bailingmoe3" ||
      role === "up" ||
      role === "gate" ||
      role === "down";
    return (tensor.shape[2] ?? 1) > 1 && isExpert ? "MXFP4" : "Q8_0";
  }

  #forEmbedding(): string {
    const type = this.#type;
    if (isOneOf(type, "IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ1_M")) return "Q2_K";
    if (isOneOf(type, "IQ2_S", "IQ2_M", "IQ3_XXS")) return "IQ3_S";
    if (isOneOf(type, "TQ1_0", "TQ2_0", "Q2_0")) return "Q4_K";
    return this.#base;
  }

  #forVeryLow(role: TensorRole): string {
    const { experts } = this.#model;
    const isIq2 = isOneOf(this.#type, "IQ2_S", "IQ2_M");
    if (valueRoles.has(role)) {
      if (this.#manyPerKv || experts >= 4) return "Q4_K";
      return isIq2 ? "IQ3_S" : "Q2_K";
    }
    if (experts === 8 && role === "key") return "Q4_K";
    if (role === "down") {
      const isEarly = this.#down++ < this.#share(1, 8);
      return isEarly ? (isIq2 ? "IQ3_S" : "Q2_K") : this.#base;
    }
    if (role !== "attention-output") return this.#base;
    if (experts === 8) return "Q5_K";
    if (isOneOf(this.#type, "IQ1_S", "IQ1_M")) return "IQ2_XXS";
    return isIq2 ? "IQ3_S" : this.#base;
  }

  #forValue(): string {
    const at = this.#value++;
    if (this.#model.experts === 8) return "Q8_0";
    const wanted = this.#valueByType(at);
    const isLow = wanted === "Q3_K" || wanted === "Q4_K";
    return this.#model.isSeventyB && isLow ? "Q5_K" : wanted;
  }

  #valueByType(at: number): string {
    const type = this.#type;
    if (type === "Q2_K") return this.#manyPerKv ? "Q4_K" : "Q3_K";
    if (type === "Q2_K_S") return this.#manyPerKv ? "Q4_K" : this.#base;
    if (type === "IQ3_XXS") return this.#manyPerKv ? "Q4_K" : "IQ3_S";
    if (isOneOf(type, "IQ3_XS", "IQ3_S")) return this.#manyPerKv ? "Q4_K" : this.#base;
    if (type === "IQ3_M") return "Q4_K";
    if (type === "Q3_K_M") return at < 2 ? "Q5_K" : "Q4_K";
    if (type === "Q3_K_L") return "Q5_K";
    if (isOneOf(type, "IQ4_NL", "IQ4_XS")) return this.#manyPerKv ? "Q5_K" : this.#base;
    if (isOneOf(type, "Q4_K_M", "Q5_K_M"))
      return this.#getsMore(at, this.#model.values) ? "Q6_K" : this.#base;
    return type === "Q4_K_S" && at < 4 ? "Q5_K" : this.#base;
  }

  #forQueryOrKey(role: "query" | "key"): string {
    if (role === "key" && this.#model.experts === 8) return "Q8_0";
    if (this.#type === "IQ3_XS") return "IQ3_XXS";
    return this.#type === "IQ3_XXS" ? "IQ2_S" : this.#base;
  }

  #forDown(layer: number): string {
    const type = this.#type;
    const { layers, experts } = this.#model;
    const isEarly = layer < this.#share(1, 8);
    const isFirst = layer < this.#share(1, 16);
    const getsMore = this.#getsMore(layer, layers);
    switch (type) {
      case "Q2_K":
        return "Q3_K";
      case "Q2_K_S":
        return isEarly ? "Q4_K" : this.#base;
      case "IQ3_XXS":
        return isEarly ? "Q4_K" : "Q3_K";
      case "Q3_K_M":
        if (isFirst) return "Q5_K";
        return !this.#isFalcon || getsMore ? "Q4_K" : "Q3_K";
      case "IQ3_M":
        return isEarly || (experts === 8 && getsMore) ? "Q4_K" : this.#base;
      case "Q3_K_L":
        return this.#isFalcon ? "Q4_K" : "Q5_K";
      case "Q4_K_M":
        if (!this.#isFalcon) return getsMore ? "Q6_K" : this.#base;
        return isFirst ? "Q6_K" : getsMore ? "Q5_K" : "Q4_K";
      case "IQ4_NL":
      case "IQ4_XS":
        return isEarly ? "Q5_K" : this.#base;
      case "Q5_K_M":
        return getsMore ? "Q6_K" : this.#base;
      case "Q4_K_S":
        return isEarly && !this.#isFalcon ? "Q5_K" : this.#base;
      default:
        return this.#base;
    }
  }

  #forAttentionOutput(): string {
    const type = this.#type;
    if (this.#isFalcon) return type === "Q3_K_L" ? "Q4_K" : this.#base;
    if (this.#model.experts === 8) {
      const raised = isOneOf(
        type,
        "Q2_K",
        "IQ3_XS",
        "IQ3_XXS",
        "Q3_K_S",
        "Q3_K_M",
        "IQ4_NL",
        "Q4_K_S",
        "Q4_K_M",
        "IQ3_S",
        "IQ3_M",
        "IQ4_XS",
      );
      return raised ? "Q5_K" : this.#base;
    }
    if (type === "Q2_K") return "Q3_K";
    if (type === "IQ3_XXS") return "IQ3_S";
    if (isOneOf(type, "Q3_K_M", "IQ3_M")) return "Q4_K";
    return type === "Q3_K_L" ? "Q5_K" : this.#base;
  }

  #forGateOrUp(layer: number): string {
    const isMiddle = layer >= this.#share(1, 8) && layer < this.#share(7, 8);
    return this.#type === "IQ3_XS" && isMiddle ? "IQ3_XXS" : this.#base;
  }
}
