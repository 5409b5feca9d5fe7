/**
 * Puts characters together from bytes that come in any pieces: a token may hold half of an emoji. What
 * is given out is always whole; bytes that can belong to no character become U+FFFD.
 */
export class Utf8Assembler {
  #pending = new Uint8Array(0);
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** Whether a character has begun and is not complete. */
  get incomplete(): boolean {
    return this.#pending.length > 0;
  }

  /** Text that is complete with these bytes. */
  push(bytes: Uint8Array): string {
    const all = this.#pending.length === 0 ? bytes : concatenate(this.#pending, bytes);
    const end = all.length - incompleteLength(all);
    if (end < all.length || this.incomplete) this.#pending = all.slice(end);
    return this.#decoder.decode(all.subarray(0, end));
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Bytes at the end that begin a character without completing it: 0 to 3. */
function incompleteLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  return 1;
}
