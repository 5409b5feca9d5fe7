import { describe, expect, it } from "vitest";
import type { QuantType } from "../../../contract/quantize.ts";
import { type GgufHeader, readGgufHeaderFrom } from "../gguf/readGgufHeader.ts";
import { memoryShape } from "../memoryShape.ts";
import { quantizedModel, type ModelShape } from "../testing/quantizedModel.ts";
import { siblingMemory } from "./siblingMemory.ts";

async function headerOf(content: Buffer): Promise<GgufHeader> {
  const read = (target: Buffer, length: number, position: number): Promise<number> =>
    Promise.resolve(content.copy(target, 0, position, Math.min(position + length, content.length)));
  return await readGgufHeaderFrom({ read }, content.length);
}

const made = async (type: QuantType, change?: Partial<ModelShape>) => {
  const content = await quantizedModel(type, change);
  return { bytes: content.length, header: await headerOf(content), quantization: type };
};

describe("what a quantization takes, from the header of another", () => {
  it.each<[QuantType, QuantType]>([
    ["Q4_K_M", "Q8_0"],
    ["Q4_K_M", "F16"],
    ["Q8_0", "Q4_0"],
    ["Q8_0", "Q4_K_M"],
    ["F16", "Q2_K"],
    ["Q4_0", "Q5_K_M"],
  ])("from %s it is told of %s as from its own", async (from, to) => {
    const source = await made(from);
    const { header, ...other } = await made(to);
    const told = siblingMemory([source.header], other);
    const own = memoryShape([header]);
    if (!told || !own) throw new Error("Both are told.");
    // All but the types is the same.
    expect({ ...told, weightsBytes: 0, readBytes: 0, repackable: {} }).toEqual({
      ...own,
      weightsBytes: 0,
      readBytes: 0,
      repackable: {},
    });
    expect(told.weightsBytes / own.weightsBytes).toBeCloseTo(1, 2);
    expect((told.readBytes ?? 0) / (own.readBytes ?? 1)).toBeCloseTo(1, 2);
    expect(Object.keys(told.repackable ?? {})).toEqual(Object.keys(own.repackable ?? {}));
    for (const [type, bytes] of Object.entries(own.repackable ?? {}))
      expect((told.repackable?.[type] ?? 0) / bytes).toBeCloseTo(1, 2);
  });

  it("is not told of another model, nor of a mixture without a known name", async () => {
    const source = await made("Q4_K_M");
    const larger = await made("Q8_0", { layers: 8 });
    expect(siblingMemory([source.header], larger)).toBeNull();
    const same = await made("Q8_0");
    expect(siblingMemory([source.header], { ...same, quantization: "our-mixture" })).toBeNull();
    expect(siblingMemory([source.header], { ...same, quantization: "FP16" })).toBeNull();
    expect(siblingMemory([source.header], same)).not.toBeNull();
  });

  it("is told of makers' own mixtures by the nearest name, with the bytes that their file has", async () => {
    const source = await made("Q8_0");
    const { bytes } = await made("Q4_K_M");
    const larger = Math.round(1.15 * bytes);
    const told = siblingMemory([source.header], { quantization: "UD-Q4_K_XL", bytes: larger });
    expect(told?.weightsBytes).toBe(larger - source.header.dataOffset);
    expect(told?.repackable?.["Q4_K"]).toBeGreaterThan(0);
    expect(siblingMemory([source.header], { quantization: "UD-Q8_K_XL", bytes })).toBeNull();
  });

  it("takes no time over a header of tensors without end", async () => {
    const { header } = await made("Q8_0");
    const [tensor] = header.tensors;
    const tensors = Array.from({ length: 20_001 }, () => tensor!);
    expect(siblingMemory([{ ...header, tensors }], await made("Q4_0"))).toBeNull();
  });
});
