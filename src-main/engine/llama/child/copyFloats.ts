import koffi, { type KoffiFunc } from "koffi";

type CopyMemory = KoffiFunc<(target: Float32Array, source: bigint, bytes: number) => void>;

/** The C library's own copy, where this program has it; koffi's decoding takes a hundred times longer. */
function findCopy(): CopyMemory | null {
  try {
    const copy: CopyMemory = koffi
      .load(null)
      .func("void memcpy(_Out_ void *target, void *source, size_t bytes)");
    return copy;
  } catch {
    // Windows has it in another library.
    return null;
  }
}

const copyMemory = findCopy();

/** Fills an array from native memory, which has to hold as many floats. */
export function copyFloats(source: bigint, target: Float32Array): void {
  if (copyMemory) {
    copyMemory(target, source, target.byteLength);
    return;
  }
  const raw: unknown = koffi.decode(source, "float", target.length);
  if (!(raw instanceof Float32Array)) throw new TypeError("koffi did not decode floats.");
  target.set(raw);
}
