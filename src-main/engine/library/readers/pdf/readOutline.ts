import type { PDFDocumentProxy } from "pdfjs-dist";

/** An entry of a PDF's table of contents, as viewers show it beside the pages. */
export interface OutlineEntry {
  title: string;
  /** 1 is the highest. */
  level: number;
}

type OutlineNode = Awaited<ReturnType<PDFDocumentProxy["getOutline"]>>[number];

const maxEntries = 5000;
const maxLevel = 6;
/** An outline is a help, not the text: looking up where its entries lead may not take longer. */
const maxMs = 2000;

/**
 * The outline's entries by page number, in their order. An outline that is damaged, endless or
 * leads nowhere gives what could be read of it.
 */
export async function readOutline(
  document: PDFDocumentProxy,
): Promise<ReadonlyMap<number, readonly OutlineEntry[]>> {
  const byPage = new Map<number, OutlineEntry[]>();
  const giveUpAt = performance.now() + maxMs;
  let left = maxEntries;
  const walk = async (nodes: readonly OutlineNode[], level: number): Promise<void> => {
    for (const node of nodes) {
      if (--left < 0 || performance.now() > giveUpAt) return;
      const title = node.title.toWellFormed().replace(/\s+/gu, " ").trim();
      const page = title === "" ? null : await pageOf(document, node.dest);
      if (page !== null) {
        const entries = byPage.get(page) ?? [];
        entries.push({ title, level });
        byPage.set(page, entries);
      }
      if (level < maxLevel) await walk(node.items as OutlineNode[], level + 1);
    }
  };
  try {
    // The type knows no null, but a document without an outline gives it.
    const nodes = (await document.getOutline()) as OutlineNode[] | null;
    if (nodes) await walk(nodes, 1);
  } catch {
    // A damaged outline is no reason to refuse the text.
    return byPage;
  }
  return byPage;
}

/** The number of the page that a destination leads to; null where it leads nowhere. */
async function pageOf(
  document: PDFDocumentProxy,
  destination: OutlineNode["dest"],
): Promise<number | null> {
  try {
    const explicit =
      typeof destination === "string" ? await document.getDestination(destination) : destination;
    const target: unknown = explicit?.[0];
    if (typeof target === "number") return Number.isInteger(target) ? target + 1 : null;
    if (!isReference(target)) return null;
    return (await document.getPageIndex(target)) + 1;
  } catch {
    // One entry that leads nowhere does not spoil the others.
    return null;
  }
}

function isReference(value: unknown): value is { num: number; gen: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "num" in value &&
    "gen" in value &&
    typeof value.num === "number" &&
    typeof value.gen === "number"
  );
}
