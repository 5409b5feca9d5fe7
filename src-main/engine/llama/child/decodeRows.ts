import koffi from "koffi";
import type { Libllama } from "./libllama.ts";
import type { NativeBatch } from "./NativeBatch.ts";

/** Runs a batch on another thread, so that this one goes on answering. */
export function decodeBatch(library: Libllama, context: bigint, batch: NativeBatch): Promise<void> {
  return new Promise((resolve, reject) => {
    library.decode.async(context, batch.seal(), (error: Error | null, status: number) => {
      if (error) reject(error);
      else if (status !== 0) reject(new Error(`llama_decode returned ${status}.`));
      else resolve();
    });
  });
}

/** A copy of one row of the last batch's predictions. */
export function logitsOfRow(
  library: Libllama,
  context: bigint,
  row: number,
  size: number,
): Float32Array {
  const pointer = library.logitsOfRow(context, row);
  if (pointer === null) throw new Error(`Row ${row} has no output.`);
  const raw: unknown = koffi.decode(pointer, "float", size);
  if (!(raw instanceof Float32Array)) throw new TypeError("koffi did not decode floats.");
  return raw;
}
