import type { ReadBlock } from "../Reader.ts";
import type { OutlineEntry } from "./readOutline.ts";

/** Longer blocks are no headings. */
const longestTitle = 200;

/**
 * Makes headings of what the outline names, on the level that it tells. Sizes of letters only say
 * that something is a heading; the outline says of what.
 */
export class OutlineLevels {
  readonly #byPage: ReadonlyMap<number, readonly OutlineEntry[]>;
  /** Level of the last entry that was found on a page. */
  #depth = 0;

  constructor(byPage: ReadonlyMap<number, readonly OutlineEntry[]>) {
    this.#byPage = byPage;
  }

  /** @returns the page's blocks; pages are to come in order. */
  apply(number: number, text: string, blocks: ReadBlock[]): ReadBlock[] {
    const wanted = [...(this.#byPage.get(number) ?? [])];
    if (wanted.length === 0 && this.#depth === 0) return blocks;
    return blocks.map((block) => {
      const level = this.#levelOf(text.slice(block.start, block.end), block, wanted);
      return level === null ? block : { ...block, kind: "heading", level };
    });
  }

  #levelOf(text: string, block: ReadBlock, wanted: OutlineEntry[]): number | null {
    const mayBe = block.kind === "heading" || block.kind === "paragraph" || block.kind === "list";
    if (mayBe && text.length <= longestTitle) {
      const plain = plainTitle(text);
      const at = wanted.findIndex(({ title }) => isTitle(plain, plainTitle(title)));
      const entry = wanted[at];
      if (entry) {
        wanted.splice(at, 1);
        this.#depth = entry.level;
        return entry.level;
      }
    }
    // What the outline does not name stands below what it named last.
    if (block.kind !== "heading" || this.#depth === 0) return null;
    return Math.min(6, Math.max(block.level ?? 6, this.#depth + 1));
  }
}

interface PlainTitle {
  whole: string;
  /** Without the number before it: outlines often leave that out. */
  bare: string;
}

function plainTitle(text: string): PlainTitle {
  const whole = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  const bare = whole.replace(
    /^(?:(?:chapter|section|kapitel|appendix|part)\s+)?(?:(?:\d+|[a-z]|[ivxlc]+)\s+)+/u,
    "",
  );
  return { whole, bare };
}

function isTitle(block: PlainTitle, title: PlainTitle): boolean {
  if (title.whole === "" || block.whole === "") return false;
  return block.whole === title.whole || (title.bare.length > 2 && block.bare === title.bare);
}
