import { useEffect, useMemo, useRef, type RefObject } from "react";
import { toPieces } from "./findMatches.ts";
import { markFound } from "./findMarks.ts";
import type { FindSource } from "./findPlaces.ts";
import { foldPieces, type TextPiece } from "./foldText.ts";
import type { TextPosition } from "./textOutline.ts";
import type { DocumentFind } from "./useDocumentFind.ts";

/** Colouring more places at once would slow the window down; the nearest are coloured. */
const mostMarks = 3000;
/** Between the window's top and what is scrolled to; pixels. */
const headroom = 24;

/** What ends a line: the boxes of a text, as TextBlocks draws them. */
const boxes = "[data-start], td, th";

interface PartText {
  readonly nodes: readonly Text[];
  readonly pieces: readonly TextPiece[];
}

/**
 * The text as it is shown, part by part; parts count from 1 in their order.
 * @param count how many there are; null before they are there
 */
export function useTextFindSource(
  view: RefObject<HTMLElement | null>,
  count: number | null,
): FindSource | null {
  return useMemo(
    () =>
      count === null
        ? null
        : {
            count,
            pieces: (part: number) => Promise.resolve(textOfPart(view.current, part)?.pieces ?? []),
          },
    [view, count],
  );
}

function textOfPart(view: HTMLElement | null, part: number): PartText | null {
  const root = view?.querySelectorAll("[data-part]")[part - 1];
  if (!root) return null;
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) nodes.push(node);
  }
  const boxOf = (node: Text | undefined): Element | null =>
    node?.parentElement?.closest(boxes) ?? null;
  return {
    nodes,
    pieces: nodes.map((node, at) => ({
      text: node.data,
      endsLine: boxOf(node) !== boxOf(nodes[at + 1]),
    })),
  };
}

/** Colours what was found in the text and brings the current place into sight. */
export function useTextFindMarks(view: RefObject<HTMLElement | null>, find: DocumentFind): void {
  const { places, current } = find;
  const revealed = useRef(current);
  useEffect(() => {
    const near = current?.part ?? 1;
    const parts = [...places.keys()].sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
    const ranges: Range[] = [];
    let currentRange: Range | null = null;
    for (const part of parts) {
      if (ranges.length > mostMarks) break;
      const text = textOfPart(view.current, part);
      if (!text) continue;
      const here = current?.part === part ? current.index : null;
      for (const [index, range] of rangesOf(text, places.get(part) ?? []).entries()) {
        if (index === here) currentRange = range;
        else ranges.push(range);
      }
    }
    if (currentRange && revealed.current !== current) {
      revealed.current = current;
      if (view.current) reveal(view.current, currentRange);
    }
    return markFound(ranges, currentRange);
  }, [view, places, current]);
}

function rangesOf({ nodes, pieces }: PartText, places: readonly number[]): Range[] {
  const folded = foldPieces(pieces);
  const ranges: Range[] = [];
  for (let at = 0; at < places.length; at += 2) {
    const found = toPieces(folded, places[at] ?? 0, places[at + 1] ?? 0);
    const from = nodes[found.fromPiece];
    const to = nodes[found.toPiece];
    if (!from || !to) continue;
    const range = document.createRange();
    range.setStart(from, found.fromOffset);
    range.setEnd(to, found.toOffset);
    ranges.push(range);
  }
  return ranges;
}

function reveal(view: HTMLElement, range: Range): void {
  const settle = (): void => {
    const frame = view.getBoundingClientRect();
    const box = range.getBoundingClientRect();
    if (box.top > frame.top + headroom && box.bottom < frame.bottom - headroom) return;
    view.scrollTop += box.top - frame.top - frame.height / 3;
  };
  settle();
  // Parts that come into sight take their true heights only then.
  requestAnimationFrame(settle);
}

/** Which block of which part something in the text belongs to. */
export function positionOf(node: Node | null): TextPosition | null {
  const element = node instanceof Element ? node : node?.parentElement;
  const part = element?.closest<HTMLElement>("[data-part]")?.dataset["part"];
  const start = element?.closest<HTMLElement>("[data-start]")?.dataset["start"];
  return part === undefined ? null : { part: Number(part), at: Number(start ?? 0) };
}

/** The first block that is not above the window's upper third. */
export function blockInView(view: HTMLElement | null): TextPosition | null {
  if (!view) return null;
  const line = view.scrollTop + view.clientHeight / 3;
  const parts = [...view.querySelectorAll<HTMLElement>("[data-part]")];
  // Only the part in sight is looked into: the others have no layout, and asking makes one.
  const part = parts.findLast((candidate) => candidate.offsetTop <= line) ?? parts[0];
  if (!part) return null;
  const blocks = [...part.querySelectorAll<HTMLElement>("[data-start]")];
  const edge = view.getBoundingClientRect().top + view.clientHeight / 3;
  const block = blocks.findLast((candidate) => candidate.getBoundingClientRect().top <= edge);
  return {
    part: Number(part.dataset["part"]),
    at: Number((block ?? blocks[0])?.dataset["start"] ?? 0),
  };
}

export function scrollToBlock(view: HTMLElement, { part, at }: TextPosition): void {
  const block = view.querySelector<HTMLElement>(`[data-part="${part}"] [data-start="${at}"]`);
  if (!block) return;
  const settle = (): void => {
    const away = block.getBoundingClientRect().top - view.getBoundingClientRect().top;
    view.scrollTop += away - headroom;
  };
  settle();
  requestAnimationFrame(settle);
}
