import koffi from "koffi";

/** More than the part of a `ggml_tensor` in which its sizes lie; see `Libllama.abortCallback`. */
const bytes = 256;
const no = new Uint8Array(bytes).fill(1);
const yes = new Uint8Array(bytes);

/** What a running decode looks at between two operations: whether it shall stop. */
export class AbortFlag implements Disposable {
  readonly pointer: bigint = koffi.alloc("uint8_t", bytes);

  #set: boolean | null = null;

  constructor() {
    this.set(false);
  }

  set(abort: boolean): void {
    if (abort === this.#set) return;
    this.#set = abort;
    koffi.encode(this.pointer, "uint8_t", abort ? yes : no, bytes);
  }

  [Symbol.dispose](): void {
    koffi.free(this.pointer);
  }
}
