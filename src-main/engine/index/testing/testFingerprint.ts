import type { EmbeddingFingerprint } from "../fingerprint.ts";

/** The fingerprint of an embedder that is none, for vectors of so many dimensions. */
export const testFingerprint = (dimensions: number): EmbeddingFingerprint => ({
  model: "test",
  quantization: "F16",
  chunkerVersion: "1",
  prefix: "",
  dimensions,
});
