import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { raw, writeSmallModel } from "../testing/smallGguf.ts";
import { readGgufHeader } from "./readGgufHeader.ts";

let folder: string;
let good: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-gguf-"));
  const file = path.join(folder, "good.gguf");
  await writeSmallModel(file, { chatTemplate: "{{ messages }}" });
  good = await readFile(file);
});
afterAll(() => rm(folder, { recursive: true }));

async function verdict(content: Buffer | string): Promise<HearthError | "accepted"> {
  const file = path.join(folder, "hostile.gguf");
  await writeFile(file, content);
  try {
    await readGgufHeader(file);
    return "accepted";
  } catch (error) {
    if (error instanceof HearthError) return error;
    throw error;
  }
}

const tensorEnd = raw.tensor("w", [32], 0, 0);

describe("readGgufHeader", () => {
  it("reads metadata, counts long lists, and places tensors", async () => {
    const header = await readGgufHeader(path.join(folder, "good.gguf"));
    expect(header.version).toBe(3);
    expect(header.alignment).toBe(32);
    expect(header.fileBytes).toBe(good.length);
    expect(header.metadata.get("tokenizer.chat_template")).toBe("{{ messages }}");
    expect(header.metadata.get("tokenizer.ggml.tokens")).toEqual({
      element: "string",
      length: 100,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(header.metadata.get("tokenizer.ggml.token_type")).toEqual({
      element: "int32",
      length: 3,
      values: [1, -2, 3],
    });
    expect(header.metadata.get("general.parameter_sum")).toBe(2n ** 63n + 1n);
    expect(header.metadata.get("general.flag")).toBe(true);
    expect(header.metadata.get("general.ratio")).toBe(0.5);
    expect(header.tensors).toEqual([
      { name: "token_embd.weight", type: "Q8_0", shape: [64, 10], offset: 0, sizeBytes: 680 },
      { name: "output_norm.weight", type: "F32", shape: [64], offset: 704, sizeBytes: 256 },
    ]);
    expect(header.dataOffset + 704 + 256).toBe(good.length);
  });

  it("keeps no string above a megabyte, but reads on behind it", async () => {
    const parts = [
      raw.head(1, 2),
      raw.stringEntry("big", "x".repeat(3 << 20)),
      raw.stringEntry("small", "y"),
      tensorEnd,
    ];
    const file = path.join(folder, "long.gguf");
    await writeFile(file, raw.file(parts, 128));
    const { metadata } = await readGgufHeader(file);
    expect(metadata.get("big")).toEqual({ longStringBytes: 3 << 20 });
    expect(metadata.get("small")).toBe("y");
  });

  const cases: [string, () => Buffer | string, HearthError["code"], RegExp][] = [
    ["0 bytes", () => "", "model-damaged", /empty/u],
    ["3 bytes", () => "GGU", "model-damaged", /only 3 bytes/u],
    ["magic only", () => "GGUF", "model-damaged", /ends too early/u],
    ["wrong magic", () => Buffer.alloc(100, 7), "model-unsupported", /does not begin/u],
    ["zeros", () => Buffer.alloc(100), "model-damaged", /zeros/u],
    ["version 1", () => raw.head(0, 0, 1), "model-unsupported", /version is 1/u],
    ["version 0", () => raw.head(0, 0, 0), "model-unsupported", /version is 0/u],
    ["version 99", () => raw.head(0, 0, 99), "model-unsupported", /version is 99/u],
    ["big endian", () => raw.head(0, 0, 0x03000000), "model-unsupported", /big-endian/u],
    ["reversed magic", () => "FUGG....................", "model-unsupported", /big-endian/u],
    ["2^63 tensors", () => raw.head(2n ** 63n, 0), "model-damaged", /claims 9\d+ tensors/u],
    ["2^63 entries", () => raw.head(0, 2n ** 63n), "model-damaged", /claims 9\d+ metadata/u],
    ["-1 tensors", () => raw.head(-1n, 0), "model-damaged", /tensors/u],
    [
      "string length 2^63",
      () => Buffer.concat([raw.head(0, 1), raw.text("k"), raw.u32(8), raw.u64(2n ** 63n)]),
      "model-damaged",
      /"k"/u,
    ],
    [
      "key length 2^63",
      () => Buffer.concat([raw.head(0, 1), raw.u64(2n ** 63n), Buffer.alloc(64)]),
      "model-damaged",
      /claims 9\d+ bytes/u,
    ],
    [
      "array of 2^61 numbers",
      () =>
        Buffer.concat([raw.head(0, 1), raw.text("k"), raw.u32(9), raw.u32(4), raw.u64(2n ** 61n)]),
      "model-damaged",
      /claims 2\d+ elements/u,
    ],
    [
      "array of 2^61 strings",
      () =>
        Buffer.concat([raw.head(0, 1), raw.text("k"), raw.u32(9), raw.u32(8), raw.u64(2n ** 61n)]),
      "model-damaged",
      /claims 2\d+ elements/u,
    ],
    [
      "nested array",
      () =>
        Buffer.concat([
          raw.head(0, 1),
          raw.text("k"),
          raw.u32(9),
          raw.u32(9),
          raw.u64(1),
          raw.u32(4),
          raw.u64(0),
        ]),
      "model-unsupported",
      /list of lists/u,
    ],
    [
      "unknown value type",
      () => Buffer.concat([raw.head(0, 1), raw.text("k"), raw.u32(13), raw.u64(0)]),
      "model-damaged",
      /value type 13/u,
    ],
    [
      "unknown type in an array",
      () => Buffer.concat([raw.head(0, 1), raw.text("k"), raw.u32(9), raw.u32(77), raw.u64(0)]),
      "model-damaged",
      /value type 77/u,
    ],
    [
      "alignment 0",
      () => raw.file([raw.head(0, 1), raw.uint32Entry("general.alignment", 0)], 0),
      "model-damaged",
      /alignment is 0/u,
    ],
    [
      "alignment 24",
      () => raw.file([raw.head(0, 1), raw.uint32Entry("general.alignment", 24)], 0),
      "model-damaged",
      /alignment is 24/u,
    ],
    [
      "alignment as text",
      () => raw.file([raw.head(0, 1), raw.stringEntry("general.alignment", "32")], 0),
      "model-damaged",
      /alignment is "32"/u,
    ],
    [
      "duplicate key",
      () => raw.file([raw.head(0, 2), raw.uint32Entry("k", 0), raw.uint32Entry("k", 1)], 0),
      "model-damaged",
      /"k" twice/u,
    ],
    [
      "duplicate tensor",
      () => raw.file([raw.head(2, 0), tensorEnd, raw.tensor("w", [32], 0, 128)], 256),
      "model-damaged",
      /"w" is there twice/u,
    ],
    [
      "5 dimensions",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [1, 1, 1, 1, 1], 0, 0)], 128),
      "model-damaged",
      /5 dimensions/u,
    ],
    [
      "dimension 0",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [32, 0], 0, 0)], 128),
      "model-damaged",
      /dimension of 0/u,
    ],
    [
      "negative dimension",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [-32n], 0, 0)], 128),
      "model-damaged",
      /dimension of -32/u,
    ],
    [
      "product overflow",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [2n ** 32n, 2n ** 32n], 0, 0)], 128),
      "model-damaged",
      /claims 1844\d+ elements/u,
    ],
    [
      "unknown tensor type",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [32], 4, 0)], 128),
      "model-unsupported",
      /element type 4/u,
    ],
    [
      "row that is no multiple of the block",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [33], 8, 0)], 128),
      "model-damaged",
      /rows of 33/u,
    ],
    [
      "tensor beyond the end",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [33], 0, 0)], 128),
      "model-damaged",
      /ends at byte \d+, but the file has only/u,
    ],
    [
      "offset beyond the end",
      () => raw.file([raw.head(1, 0), raw.tensor("w", [32], 0, 2n ** 62n)], 128),
      "model-damaged",
      /starts at byte/u,
    ],
    [
      "overlapping tensors",
      () => raw.file([raw.head(2, 0), tensorEnd, raw.tensor("v", [32], 0, 0)], 256),
      "model-damaged",
      /starts at byte 0, not 128/u,
    ],
    [
      "tensor name of 2^63",
      () => raw.file([raw.head(1, 0), raw.u64(2n ** 63n)], 128),
      "model-damaged",
      /name of tensor 1/u,
    ],
    ["web page", () => "<!DOCTYPE html><p>Sign in", "model-damaged", /web page/u],
    ["web page, indented", () => "\n  <html lang=en>", "model-damaged", /web page/u],
    ["error in JSON", () => '{"error":"not found"}', "model-damaged", /JSON/u],
    [
      "LFS pointer",
      () => "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
      "model-damaged",
      /LFS pointer/u,
    ],
    ["zip", () => "PK\u0003\u0004............", "model-unsupported", /zip/u],
    ["safetensors", () => `\u0010\0\0\0\0\0\0\0{"a":1}`, "model-unsupported", /safetensors/u],
    ["old format", () => "tjgg............", "model-unsupported", /GGML/u],
  ];
  it.each(cases)("names what is wrong: %s", async (_name, make, code, words) => {
    const error = await verdict(make());
    expect(error).toBeInstanceOf(HearthError);
    expect(error).toMatchObject({ code });
    expect((error as HearthError).reason).toMatch(words);
  });

  it.each(Array.from({ length: 16 }, (_, index) => index))(
    "refuses a file cut at %i/16",
    async (sixteenth) => {
      const cut = good.subarray(0, Math.floor((good.length * sixteenth) / 16));
      expect(await verdict(cut)).toMatchObject({ code: "model-damaged" });
    },
  );

  it("refuses folders and missing files", async () => {
    await expect(readGgufHeader(folder)).rejects.toMatchObject({ code: "model-unsupported" });
    await expect(readGgufHeader(path.join(folder, "none.gguf"))).rejects.toMatchObject({
      code: "model-missing",
    });
  });

  it("stops when cancelled", async () => {
    const signal = AbortSignal.abort();
    await expect(readGgufHeader(path.join(folder, "good.gguf"), signal)).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  const hasPlainVerdict = async (content: Buffer): Promise<boolean> => {
    const result = await verdict(content);
    return result === "accepted" || /^model-(?:damaged|unsupported)$/u.test(result.code);
  };

  it("survives any bits flipped: a header, or an error in plain words", async () => {
    const flips = fc.array(
      fc.record({ byte: fc.nat({ max: good.length - 1 }), bit: fc.nat({ max: 7 }) }),
      { minLength: 1, maxLength: 8 },
    );
    const details = await fc.check(
      fc.asyncProperty(flips, (positions) => {
        const changed = Buffer.from(good);
        for (const { byte, bit } of positions) changed[byte] = (changed[byte] ?? 0) ^ (1 << bit);
        return hasPlainVerdict(changed);
      }),
      { numRuns: 1000 },
    );
    expect(details).toMatchObject({ failed: false, numRuns: 1000 });
  });

  it("survives any bytes behind an honest beginning", async () => {
    const details = await fc.check(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        hasPlainVerdict(Buffer.concat([raw.head(1, 2), bytes])),
      ),
      { numRuns: 300 },
    );
    expect(details).toMatchObject({ failed: false, numRuns: 300 });
  });
});
