import type { ReadPage } from "../readers/Reader.ts";
import { isPageNumber, type Unit } from "./pageUnits.ts";

/** A sentence that begins at the foot of one page and goes on on the next. */
export interface Continuation {
  /** Its beginning, on the page before. */
  from: Unit;
  /** Its rest, on `page`. */
  unit: Unit;
  page: ReadPage;
  /** What stands between the two in the text: a blank, or nothing where a hyphen parted a word. */
  joiner: "" | " ";
  /** Characters of `from` that fall away: 1 for the hyphen of a parted word. */
  dropped: number;
  /** Tokens of its rest. */
  tokens: number;
}

interface PageWithUnits {
  page: ReadPage;
  units: readonly Unit[];
}

const ended = /[.!?:;…。！？]["'”’»)\]]*$/u;
/** A word parted by a hyphen at the end. */
const parted = /\p{L}[-\u2010\u00AD]$/u;
/** So many short lines at a page's head or foot may be a running title or a note. */
const edgeBlocks = 2;
const longestContinuation = 120;

/** Whether the last sentence of a page goes on at the head of the next, and where. */
export function findContinuation(
  before: PageWithUnits,
  after: PageWithUnits,
  countTokens: (text: string) => number,
): Continuation | null {
  const from = edgeUnit(before, "foot");
  const unit = edgeUnit(after, "head");
  if (!from || !unit || !unit.first) return null;
  const start = before.page.text.slice(from.start, from.end);
  const rest = after.page.text.slice(unit.start, unit.end);
  if (ended.test(start) || !/^["'“‘(]?\p{Ll}/u.test(rest)) return null;
  const isParted = parted.test(start);
  const tokens = countTokens(rest);
  if (tokens > longestContinuation) return null;
  return {
    from,
    unit,
    page: after.page,
    joiner: isParted ? "" : " ",
    dropped: isParted ? 1 : 0,
    tokens,
  };
}

/** The last or first sentence of running text, past running titles and page numbers. */
function edgeUnit({ page, units }: PageWithUnits, edge: "head" | "foot"): Unit | null {
  const ordered = edge === "head" ? units : units.toReversed();
  let skipped = 0;
  for (const unit of ordered) {
    const text = page.text.slice(unit.start, unit.end);
    const prose = unit.kind === "paragraph" || unit.kind === "list";
    if (prose && !isRunningTitle(text, edge)) return unit;
    if (++skipped > edgeBlocks || unit.tokens > 20) return null;
  }
  return null;
}

function isRunningTitle(text: string, edge: "head" | "foot"): boolean {
  if (isPageNumber(text)) return true;
  if (text.length > 80 || ended.test(text) || parted.test(text)) return false;
  // The rest of a sentence begins small; a title at the head does not.
  if (edge === "head") return !/^["'“‘(]?\p{Ll}/u.test(text);
  return /^(?:\d|\p{Lu})/u.test(text) && text.split(/\s+/u).length <= 6;
}
