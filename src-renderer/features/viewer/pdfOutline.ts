import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { EntryPlace, OutlineEntry } from "./outline.ts";

/** A file may hold any number of entries, in any depth. */
const mostEntries = 5000;
const deepest = 12;
/** Beyond so many entries only the highest are shown at first. */
const openUpTo = 80;

/** What is needed of an entry as pdf.js hands it over. */
export interface PdfOutlineNode {
  readonly title: string;
  readonly dest: unknown;
  readonly items: readonly PdfOutlineNode[];
}

export interface PdfOutline {
  readonly entries: readonly OutlineEntry[];
  /** Where each leads, by its id, as the file says it. */
  readonly destinations: ReadonlyMap<number, unknown>;
}

export const emptyOutline: PdfOutline = { entries: [], destinations: new Map() };

/** The tree as a list. Entries without a title are left out with their level, not what is below. */
export function flattenOutline(nodes: readonly PdfOutlineNode[]): PdfOutline {
  const entries: OutlineEntry[] = [];
  const destinations = new Map<number, unknown>();
  const add = (siblings: readonly PdfOutlineNode[], level: number): void => {
    for (const node of siblings) {
      if (entries.length >= mostEntries) return;
      const title = node.title.replace(/[\s\0]+/g, " ").trim();
      if (title !== "") {
        const id = entries.length;
        entries.push({ id, title, level: Math.min(level, deepest), open: true });
        destinations.set(id, node.dest);
      }
      add(node.items, title === "" ? level : level + 1);
    }
  };
  add(nodes, 1);
  if (entries.length <= openUpTo) return { entries, destinations };
  return { entries: entries.map((entry) => ({ ...entry, open: false })), destinations };
}

export async function readOutline(pdf: PDFDocumentProxy): Promise<PdfOutline> {
  const nodes: readonly PdfOutlineNode[] | null = await pdf.getOutline();
  return nodes ? flattenOutline(nodes) : emptyOutline;
}

/** Where a destination leads: the page, and points from its top as shown. Null where nowhere. */
export async function resolveDestination(
  pdf: PDFDocumentProxy,
  destination: unknown,
): Promise<EntryPlace | null> {
  const explicit =
    typeof destination === "string" ? await pdf.getDestination(destination) : destination;
  if (!Array.isArray(explicit)) return null;
  const [target, fit, ...numbers]: unknown[] = explicit;
  const part = await pageOf(pdf, target);
  if (part === null || part < 1 || part > pdf.numPages) return null;
  const top = topOf(fit, numbers);
  if (top === null) return { part, at: 0 };
  const view = (await pdf.getPage(part)).getViewport({ scale: 1 });
  const [, y] = view.convertToViewportPoint(0, top).map(Number);
  return { part, at: Math.min(view.height, Math.max(0, y ?? 0)) };
}

async function pageOf(pdf: PDFDocumentProxy, target: unknown): Promise<number | null> {
  if (typeof target === "number") return target + 1;
  if (!isReference(target)) return null;
  return (await pdf.getPageIndex(target)) + 1;
}

function isReference(target: unknown): target is { num: number; gen: number } {
  return typeof target === "object" && target !== null && "num" in target && "gen" in target;
}

/** The height that a way of fitting names; null where it shows the whole page. */
function topOf(fit: unknown, numbers: readonly unknown[]): number | null {
  const name = typeof fit === "object" && fit !== null && "name" in fit ? fit.name : "";
  const place = { XYZ: 1, FitH: 0, FitBH: 0, FitR: 3 }[String(name)];
  const top = place === undefined ? null : numbers[place];
  return typeof top === "number" ? top : null;
}
