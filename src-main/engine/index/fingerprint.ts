import { createHash } from "node:crypto";

/**
 * All that a stored vector depends on. Vectors of two different fingerprints must never be compared,
 * so each fingerprint has a table of its own.
 */
export interface EmbeddingFingerprint {
  /** Hash of the model file, or its name where no hash is known. */
  readonly model: string;
  readonly quantization: string;
  /** Version of the rules that cut documents into chunks. */
  readonly chunkerVersion: string;
  /** What is put in front of a passage before it is embedded; empty for most models. */
  readonly prefix: string;
  /** Length of one vector. */
  readonly dimensions: number;
}

/** A table name that is safe as a folder name on every platform and equal only for equal fingerprints. */
export function tableNameFor(fingerprint: EmbeddingFingerprint): string {
  const parts = [
    fingerprint.model,
    fingerprint.quantization,
    fingerprint.chunkerVersion,
    fingerprint.prefix,
    String(fingerprint.dimensions),
  ];
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `chunks-${hash.slice(0, 16)}`;
}
