import type { Libllama } from "./libllama.ts";

/** Attributes of a token that keep plain text from ever becoming it (`llama_token_attr`). */
const controlAttributes = (1 << 0) | (1 << 3);

/** Turns text into tokens and back. Thread-safe on the native side: usable while a step runs. */
export class Vocabulary {
  /** How text is cut into tokens: a number of `llama_vocab_type`. */
  readonly type: number;
  readonly size: number;
  readonly bos: number;
  readonly eos: number;
  readonly sep: number;
  readonly pad: number;
  /** Whether the model expects its beginning-of-sequence token in front of every prompt. */
  readonly addsBos: boolean;

  readonly #library: Libllama;
  /** The native vocabulary. */
  readonly pointer: bigint;
  #piece = new Uint8Array(256);
  #controlTexts: readonly string[] | null = null;

  constructor(library: Libllama, vocab: bigint) {
    this.#library = library;
    this.pointer = vocab;
    this.type = library.vocabType(vocab);
    this.size = library.vocabSize(vocab);
    this.bos = library.vocabBos(vocab);
    this.eos = library.vocabEos(vocab);
    this.sep = library.vocabSep(vocab);
    this.pad = library.vocabPad(vocab);
    this.addsBos = library.vocabAddsBos(vocab) && this.bos >= 0;
  }

  /**
   * @param addSpecial add what the tokenizer puts around a text (BOS, EOS, [CLS], [SEP])
   * @param parseSpecial let control tokens that are written in the text become those tokens
   */
  tokenize(text: string, options: { addSpecial: boolean; parseSpecial: boolean }): Int32Array {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length === 0 && !options.addSpecial) return new Int32Array(0);
    // koffi passes an empty array as a null pointer, which the library may not read.
    const source = bytes.length === 0 ? new Uint8Array(1) : bytes;
    const run = (tokens: Int32Array): number =>
      this.#library.tokenize(
        this.pointer,
        source,
        bytes.length,
        tokens,
        tokens.length,
        options.addSpecial,
        options.parseSpecial,
      );
    let tokens = new Int32Array(Math.ceil(bytes.length / 2) + 8);
    let count = run(tokens);
    if (count < 0) {
      tokens = new Int32Array(-count);
      count = run(tokens);
    }
    if (count < 0) throw new RangeError("The text is too long to be turned into tokens.");
    return tokens.slice(0, count);
  }

  /** The bytes of a token; control tokens have none. Valid until the next call. */
  pieceBytes(token: number): Uint8Array {
    this.#requireToken(token);
    let length = this.#library.tokenToPiece(
      this.pointer,
      token,
      this.#piece,
      this.#piece.length,
      0,
      false,
    );
    if (length < 0) {
      this.#piece = new Uint8Array(-length);
      length = this.#library.tokenToPiece(
        this.pointer,
        token,
        this.#piece,
        this.#piece.length,
        0,
        false,
      );
    }
    return this.#piece.subarray(0, Math.max(0, length));
  }

  isEndOfGeneration(token: number): boolean {
    return this.#library.vocabIsEndOfGeneration(this.pointer, token);
  }

  /** How a token is written in templates; empty for -1, which means that the model has none. */
  tokenText(token: number): string {
    if (token < 0) return "";
    this.#requireToken(token);
    return this.#library.vocabText(this.pointer, token) ?? "";
  }

  /** How every control token is written, longest first. Read once, when first asked. */
  controlTexts(): readonly string[] {
    if (this.#controlTexts) return this.#controlTexts;
    const texts: string[] = [];
    for (let token = 0; token < this.size; token++) {
      if ((this.#library.vocabAttributes(this.pointer, token) & controlAttributes) === 0) continue;
      const text = this.tokenText(token);
      if (text.length > 0) texts.push(text);
    }
    this.#controlTexts = texts.sort((a, b) => b.length - a.length);
    return this.#controlTexts;
  }

  #requireToken(token: number): void {
    if (token < 0 || token >= this.size)
      throw new RangeError(`Token ${token} is outside of the vocabulary.`);
  }
}
