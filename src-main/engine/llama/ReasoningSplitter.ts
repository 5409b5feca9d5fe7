/** The marks that reasoning models put around what is not part of the answer. */
const opening = "<think>";
const closing = "</think>";

export interface SplitText {
  text: string;
  reasoning: string;
}

/**
 * Separates `<think>…</think>` from the answer while it streams. Only a block at the very start
 * counts, as models write it; a mark that is quoted later in the answer stays text. Held back is
 * never more than the beginning of a mark.
 */
export class ReasoningSplitter {
  #state: "start" | "reasoning" | "answer";
  #held = "";
  /** Blank lines after a mark belong to neither side. */
  #skipBlank = true;

  /**
   * @param begins where the text begins: anew, behind an opening mark that the prompt ended with, or
   * where a thought or an answer was cut off
   */
  constructor(begins: "anew" | "behindMark" | "inThought" | "inAnswer" = "anew") {
    this.#state = begins === "anew" ? "start" : begins === "inAnswer" ? "answer" : "reasoning";
    this.#skipBlank = begins === "anew" || begins === "behindMark";
  }

  push(piece: string): SplitText {
    this.#held += piece;
    const out: SplitText = { text: "", reasoning: "" };
    if (this.#state === "start") {
      const trimmed = this.#held.trimStart();
      if (trimmed.startsWith(opening)) {
        this.#held = trimmed.slice(opening.length);
        this.#state = "reasoning";
      } else if (opening.startsWith(trimmed)) {
        return out;
      } else {
        this.#state = "answer";
        this.#skipBlank = false;
      }
    }
    if (this.#skipBlank) this.#held = this.#held.trimStart();
    if (this.#held === "") return out;
    if (this.#state === "reasoning") {
      const end = this.#held.indexOf(closing);
      if (end < 0) {
        // Blanks before the closing mark belong to neither side, so they wait until more follows.
        const beforeMark = this.#held.length - overlap(this.#held, closing);
        const keep = this.#held.length - this.#held.slice(0, beforeMark).trimEnd().length;
        out.reasoning = this.#held.slice(0, this.#held.length - keep);
        this.#held = this.#held.slice(this.#held.length - keep);
        this.#skipBlank &&= out.reasoning === "";
        return out;
      }
      out.reasoning = this.#held.slice(0, end).trimEnd();
      this.#held = this.#held.slice(end + closing.length);
      this.#state = "answer";
      this.#held = this.#held.trimStart();
      this.#skipBlank = this.#held === "";
    } else {
      this.#skipBlank = false;
    }
    out.text = this.#held;
    this.#held = "";
    return out;
  }

  /** What was held back, now that nothing follows. */
  end(): SplitText {
    const rest = this.#held;
    this.#held = "";
    return this.#state === "reasoning"
      ? { text: "", reasoning: rest }
      : { text: rest, reasoning: "" };
  }
}

/** Length of the longest end of `text` that is a beginning of `mark`. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
