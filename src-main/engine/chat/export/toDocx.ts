import type { IParagraphOptions, ParagraphChild } from "docx";
import type { Block, ExportDocument, Run } from "./exportDocument.ts";
import { exportWords, markWords, noteText } from "./exportWords.ts";

/** Lengths of the file format: twentieths of a point. */
const indent = 360;
const grey = "6B6560";

/** A Word file, with real footnotes. */
export async function toDocx(exported: ExportDocument): Promise<Uint8Array> {
  // A large library that nothing else needs.
  const docx = await import("docx");
  const { Paragraph, TextRun, HeadingLevel, Table, TableRow, TableCell, WidthType } = docx;
  const { title, about, parts, notes } = exported;
  const referred = new Set<number>();

  const runs = (list: readonly Run[], more: { italics?: boolean } = {}): ParagraphChild[] =>
    list.flatMap((run): ParagraphChild[] => {
      if (run.note !== undefined) {
        // Word counts footnotes by their first mention; a further one is the number alone.
        if (referred.has(run.note)) {
          return [new TextRun({ text: String(run.note), superScript: true })];
        }
        referred.add(run.note);
        return [new docx.FootnoteReferenceRun(run.note)];
      }
      if (run.mark) {
        return [new TextRun({ text: ` (${markWords(run.mark)})`, italics: true, color: grey })];
      }
      const pieces = printable(run.text).split("\n");
      const texts = pieces.map(
        (text, at) =>
          new TextRun({
            text,
            ...more,
            ...(at > 0 ? { break: 1 } : {}),
            ...(run.bold ? { bold: true } : {}),
            ...(run.italic ? { italics: true } : {}),
            ...(run.strike ? { strike: true } : {}),
            ...(run.code ? { font: "Courier New" } : {}),
          }),
      );
      return run.href !== undefined && /^https?:/u.test(run.href)
        ? [new docx.ExternalHyperlink({ link: run.href, children: texts })]
        : texts;
    });

  const paragraph = (
    children: ParagraphChild[],
    more: IParagraphOptions = {},
  ): InstanceType<typeof Paragraph> =>
    new Paragraph({ children, spacing: { after: 120 }, ...more });

  const levels = [
    HeadingLevel.HEADING_3,
    HeadingLevel.HEADING_4,
    HeadingLevel.HEADING_5,
    HeadingLevel.HEADING_6,
  ];
  const toParagraphs = (
    block: Block,
  ): (InstanceType<typeof Paragraph> | InstanceType<typeof Table>)[] => {
    switch (block.kind) {
      case "heading":
        return [
          paragraph(runs(block.runs), {
            heading: levels[Math.min(block.level, levels.length) - 1] ?? HeadingLevel.HEADING_6,
          }),
        ];
      case "paragraph":
        return [
          paragraph(
            runs(block.runs),
            block.quoted
              ? {
                  indent: { left: indent },
                  border: { left: { style: "single", size: 12, space: 8, color: "B9B2AA" } },
                }
              : {},
          ),
        ];
      case "item":
        return [
          paragraph(
            [
              ...(block.marker === "" ? [] : [new TextRun(`${block.marker}\t`)]),
              ...runs(block.runs),
            ],
            {
              indent: {
                left: indent * (block.depth + 1),
                ...(block.marker === "" ? {} : { hanging: indent }),
              },
              tabStops: [{ type: "left", position: indent * (block.depth + 1) }],
            },
          ),
        ];
      case "code":
        return [
          paragraph(
            block.text.split("\n").map(
              (text, at) =>
                new TextRun({
                  text: printable(text),
                  font: "Courier New",
                  ...(at > 0 ? { break: 1 } : {}),
                }),
            ),
            { indent: { left: indent } },
          ),
        ];
      case "table":
        return [
          new Table({
            width: { size: 100, type: WidthType.PERCENTAGE },
            rows: block.rows.map(
              (row) =>
                new TableRow({
                  children: row.map((cell) => new TableCell({ children: [paragraph(runs(cell))] })),
                }),
            ),
          }),
          paragraph([]),
        ];
      case "rule":
        return [paragraph([], { thematicBreak: true })];
    }
  };

  const children = [
    paragraph([new TextRun(printable(title))], { heading: HeadingLevel.HEADING_1 }),
    paragraph([new TextRun({ text: printable(about), color: grey })]),
    ...parts.flatMap((part) => [
      paragraph([new TextRun(part.by === "user" ? exportWords.user : exportWords.assistant)], {
        heading: HeadingLevel.HEADING_2,
        keepNext: true,
      }),
      ...(part.remark === ""
        ? []
        : [paragraph([new TextRun({ text: printable(part.remark), bold: true })])]),
      ...part.blocks.flatMap(toParagraphs),
    ]),
  ];
  const file = new docx.Document({
    title: printable(title),
    creator: "Hearth",
    footnotes: Object.fromEntries(
      notes.map((note) => [
        String(note.number),
        { children: [new Paragraph({ children: [new TextRun(printable(` ${noteText(note)}`))] })] },
      ]),
    ),
    sections: [{ children }],
  });
  return new Uint8Array(await docx.Packer.toArrayBuffer(file));
}

/** A text without the signs that XML does not allow. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "")
    .replaceAll("\r", "");
}
