import type { Nodes, Parents, PhrasingContent, RootContent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { splitSigns, withoutSigns } from "../../../contract/answerSigns.ts";
import type { Block, Run } from "./exportDocument.ts";
import { splitCitations } from "./splitCitations.ts";

/** Deeper lists are not told apart on paper. */
const deepest = 6;

type NoteOf = (citation: number) => number | undefined;

/**
 * What a Markdown text is made of. HTML in it is text: it is shown, never followed.
 *
 * @param noteOf the footnote of a citation; undefined where the number in brackets is none
 */
export function markdownBlocks(text: string, noteOf: NoteOf): Block[] {
  const root = fromMarkdown(text, {
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const blocks: Block[] = [];
  for (const node of root.children) addBlock(node, blocks, { quoted: false, depth: 0, noteOf });
  return blocks;
}

interface Within {
  readonly quoted: boolean;
  /** How many lists it is in. */
  readonly depth: number;
  /** Set for the paragraphs of a list's item. */
  readonly item?: { marker: string };
  readonly noteOf: NoteOf;
}

function addBlock(node: RootContent, blocks: Block[], within: Within): void {
  const { quoted, noteOf } = within;
  const look: Look = { noteOf };
  switch (node.type) {
    case "heading":
      blocks.push({ kind: "heading", level: node.depth, runs: runsOf(node, look) });
      return;
    case "paragraph":
      addText(runsOf(node, look), blocks, within);
      return;
    case "html":
      addText(textRuns(node.value, look), blocks, within);
      return;
    case "blockquote":
      for (const child of node.children) addBlock(child, blocks, { ...within, quoted: true });
      return;
    case "list": {
      let number = node.start ?? 1;
      for (const child of node.children) {
        const box = child.checked === true ? "☑ " : child.checked === false ? "☐ " : "";
        const item = { marker: box + (node.ordered ? `${number}.` : "•") };
        number += 1;
        const depth = Math.min(within.depth + 1, deepest);
        for (const inner of child.children)
          addBlock(inner, blocks, { quoted, depth, item, noteOf });
      }
      return;
    }
    case "code":
      blocks.push({ kind: "code", text: withoutSigns(node.value) });
      return;
    case "table":
      blocks.push({ kind: "table", rows: rowsOf(node, look) });
      return;
    case "thematicBreak":
      blocks.push({ kind: "rule" });
      return;
    case "definition":
    case "footnoteDefinition":
    case "yaml":
    case "listItem":
    case "tableRow":
    case "tableCell":
      return;
    default:
      addText(runsOf(node, look), blocks, within);
  }
}

function addText(runs: Run[], blocks: Block[], { quoted, depth, item }: Within): void {
  if (!item) {
    blocks.push({ kind: "paragraph", runs, quoted });
    return;
  }
  blocks.push({ kind: "item", runs, marker: item.marker, depth: depth - 1, quoted });
  item.marker = "";
}

function rowsOf(table: Table, look: Look): Run[][][] {
  return table.children.map((row, at) =>
    row.children.map((cell) => runsOf(cell, at === 0 ? { ...look, bold: true } : look)),
  );
}

type Look = Omit<Run, "text" | "note" | "mark"> & { readonly noteOf: NoteOf };

function runsOf(node: Nodes, look: Look): Run[] {
  switch (node.type) {
    case "text":
      return textRuns(node.value.replaceAll(/\s*\n\s*/gu, " "), look);
    case "inlineCode":
      return [{ text: withoutSigns(node.value), ...plain(look), code: true }];
    case "html":
      return textRuns(node.value, look);
    case "break":
      return [{ text: "\n", ...plain(look) }];
    case "strong":
      return childRuns(node, { ...look, bold: true });
    case "emphasis":
      return childRuns(node, { ...look, italic: true });
    case "delete":
      return childRuns(node, { ...look, strike: true });
    case "link":
      return childRuns(node, { ...look, href: node.url });
    case "image":
    case "imageReference":
      return textRuns(node.alt ?? "", look);
    default:
      return "children" in node ? childRuns(node, look) : [];
  }
}

function childRuns(node: Parents, look: Look): Run[] {
  return (node.children as PhrasingContent[]).flatMap((child) => runsOf(child, look));
}

function textRuns(text: string, look: Look): Run[] {
  return splitSigns(text).flatMap((part): Run[] => {
    if (typeof part === "string") {
      return splitCitations(part, look.noteOf).map((piece) =>
        typeof piece === "string" ? { text: piece, ...plain(look) } : { text: "", ...piece },
      );
    }
    if (part.kind !== "end") return [];
    return [{ text: "", mark: { support: part.support, missing: part.missing } }];
  });
}

function plain({ noteOf: _noteOf, ...look }: Look): Omit<Look, "noteOf"> {
  return look;
}
