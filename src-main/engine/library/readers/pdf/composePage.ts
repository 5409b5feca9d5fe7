import { wordsFrom, type ReadWord } from "../packedWords.ts";
import type { ReadBlock, ReadPage } from "../Reader.ts";
import { groupBlocks, type FontSizes, type PdfBlock } from "./groupBlocks.ts";
import { groupLines, isSpaced, type PdfLine } from "./groupLines.ts";
import { orderLines } from "./orderLines.ts";
import type { PdfWord } from "./PdfWord.ts";

const hyphenEnd = /\p{L}[-\u2010\u00AD]$/u;
const lowerStart = /^\p{Ll}/u;
const unspacedScript = /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]/u;
const mostlyRightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/u;
/** First parts that keep their hyphen when a line breaks behind it. */
const keepsHyphen =
  /^(?:self|well|non|half|ex|all|cross|high|low|long|short|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)$/iu;

/** Words of a page, as found in its content, to running text with the place of each word. */
export function composePage(
  found: readonly PdfWord[],
  sizes: FontSizes,
): Pick<ReadPage, "text" | "words" | "blocks"> {
  const composer = new PageComposer(found);
  for (const block of groupBlocks(orderLines(groupLines(found)), sizes)) composer.addBlock(block);
  return composer.finish();
}

class PageComposer {
  readonly #vocabulary: Set<string>;
  readonly #words: ReadWord[] = [];
  readonly #blocks: ReadBlock[] = [];
  #text = "";

  constructor(found: readonly PdfWord[]) {
    this.#vocabulary = new Set();
    for (const word of found)
      this.#vocabulary.add(word.text.toLowerCase().replace(/[.,;:!?)]+$/u, ""));
  }

  addBlock(block: PdfBlock): void {
    if (this.#text !== "") this.#text += "\n\n";
    const start = this.#text.length;
    let before: PdfLine | null = null;
    for (const row of block.rows) {
      const first = row[0];
      if (!first) continue;
      if (before) this.#endLine(block, before, first);
      if (block.kind === "code") this.#indent(block, first);
      for (const [i, line] of row.entries()) {
        if (i > 0) this.#text += block.kind === "table" ? "\t" : " ";
        this.#addLine(line);
      }
      before = row.at(-1) ?? first;
    }
    this.#blocks.push({
      start,
      end: this.#text.length,
      kind: block.kind,
      ...(block.level === undefined ? {} : { level: block.level }),
    });
  }

  finish(): Pick<ReadPage, "text" | "words" | "blocks"> {
    return { text: this.#text, words: wordsFrom(this.#words), blocks: this.#blocks };
  }

  /** Between two lines of a block: a line's end, a space, or nothing where a hyphen broke a word. */
  #endLine(block: PdfBlock, line: PdfLine, next: PdfLine): void {
    if (block.kind === "code" || block.kind === "table") {
      this.#text += "\n";
      return;
    }
    const last = line.words.at(-1)?.text ?? "";
    const first = next.words[0]?.text ?? "";
    if (hyphenEnd.test(last) && lowerStart.test(first)) {
      if (last.endsWith("\u00AD") || !this.#keepsHyphen(last.slice(0, -1), first))
        this.#dropHyphen();
      return;
    }
    if (unspacedScript.test(last.slice(-1)) && unspacedScript.test(first.slice(0, 1))) return;
    this.#text += " ";
  }

  #keepsHyphen(left: string, right: string): boolean {
    const tail = /[\p{L}\p{N}]+$/u.exec(left)?.[0] ?? left;
    const head = /^[\p{L}\p{N}]+/u.exec(right)?.[0] ?? right;
    const joined = `${tail}${head}`.toLowerCase();
    if (this.#vocabulary.has(joined)) return false;
    return this.#vocabulary.has(`${tail}-${head}`.toLowerCase()) || keepsHyphen.test(tail);
  }

  #dropHyphen(): void {
    this.#text = this.#text.slice(0, -1);
    const word = this.#words.at(-1);
    if (word) word.end = this.#text.length;
  }

  #indent(block: PdfBlock, line: PdfLine): void {
    const letterWidth = 0.6 * line.size;
    this.#text += " ".repeat(
      Math.min(40, Math.max(0, Math.round((line.from - block.left) / letterWidth))),
    );
  }

  #addLine(line: PdfLine): void {
    let before: PdfWord | null = null;
    for (const word of inReadingOrder(line)) {
      if (before && isSpaced(before, word) && !endsUnspaced(before, word)) this.#text += " ";
      // A soft hyphen within a line is only a hint; at its end it stands for a hyphen.
      const text = word === line.words.at(-1) ? word.text : word.text.replaceAll("\u00AD", "");
      const start = this.#text.length;
      this.#text += text;
      this.#words.push({
        start,
        end: this.#text.length,
        x: word.left,
        y: word.top,
        width: word.right - word.left,
        height: word.bottom - word.top,
      });
      before = word;
    }
  }
}

function endsUnspaced(before: PdfWord, word: PdfWord): boolean {
  return (
    !word.spaced &&
    unspacedScript.test(before.text.slice(-1)) &&
    unspacedScript.test(word.text.slice(0, 1))
  );
}

/**
 * The words of a line from first to last read: in text that runs to the left from right to left,
 * with runs of numbers and Latin words in it from left to right.
 */
function inReadingOrder(line: PdfLine): PdfWord[] {
  const rtl = line.words.filter((word) => mostlyRightToLeft.test(word.text)).length;
  if (rtl === 0 || rtl * 2 < line.words.length) return line.words;
  const fromRight = line.words.toSorted((a, b) => b.from - a.from);
  const ordered: PdfWord[] = [];
  let run: PdfWord[] = [];
  for (const word of fromRight) {
    if (/[\p{Script=Latin}\p{N}]/u.test(word.text) && !mostlyRightToLeft.test(word.text)) {
      run.unshift(word);
      continue;
    }
    ordered.push(...run, word);
    run = [];
  }
  ordered.push(...run);
  return ordered;
}
