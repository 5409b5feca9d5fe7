import fs from "node:fs/promises";
import path from "node:path";
import type { Block, ExportDocument, Run } from "./exportDocument.ts";
import { exportWords, markWords, noteText } from "./exportWords.ts";
import { breakLines, widthOf, type Piece, type Placed } from "./pdf/breakLines.ts";
import { paginate, type Line } from "./pdf/paginate.ts";
import { PdfFile, pdfString } from "./pdf/PdfFile.ts";
import { EmbeddedFont, FixedFont, type DrawingFont } from "./pdf/PdfFont.ts";

/** A4; points. */
const paper = { width: 595.28, height: 841.89 };
const margin = { side: 68, top: 64, bottom: 64 };
const textWidth = paper.width - 2 * margin.side;
const size = { title: 17, heading: 11.5, text: 10.5, note: 8.5, about: 9 };
/** Of a line, as a multiple of its letters' size. */
const leading = 1.42;
const grey = 0.4;
const indent = 16;
const noteGap = 14;
/** Footnotes' numbers are this much smaller and higher. */
const raised = { share: 0.66, rise: 0.36 };

interface Fonts {
  readonly regular: EmbeddedFont;
  readonly bold: EmbeddedFont;
  readonly italic: EmbeddedFont;
  readonly boldItalic: EmbeddedFont;
  readonly fixed: FixedFont;
}

/**
 * A PDF with footnotes at the foot of the page. Its letters are in the file: Latin, Greek and Cyrillic
 * ones. Others are boxes that can be copied; how many different ones there are is part of the answer.
 *
 * @param fontsDir holds the Liberation Sans fonts
 */
export async function toPdf(
  exported: ExportDocument,
  fontsDir: string,
  now: number,
): Promise<{ bytes: Uint8Array; undrawable: number }> {
  const fonts = await loadFonts(fontsDir);
  const lines = new Lines(fonts);
  const { title, about, parts, notes } = exported;
  lines.text([{ text: title, bold: true }], { size: size.title, before: 0 });
  lines.text([{ text: about }], { size: size.about, before: 4, grey });
  for (const part of parts) {
    const name = part.by === "user" ? exportWords.user : exportWords.assistant;
    lines.text([{ text: name, bold: true }], {
      size: size.heading,
      before: 20,
      keepWithNext: true,
    });
    if (part.remark !== "") lines.text([{ text: part.remark, italic: true }], { before: 4 });
    for (const block of part.blocks) lines.block(block);
  }
  const ofNotes = new Map(
    notes.map((note) => {
      const own = new Lines(fonts);
      own.text([{ text: "", note: note.number }, { text: ` ${noteText(note)}` }], {
        size: size.note,
        before: 3,
      });
      // Its own number at its beginning is no mention.
      const plain = own.lines.map((line) => ({
        ...line,
        pieces: line.pieces.map(({ note: _note, ...piece }) => piece),
      }));
      return [note.number, plain] as const;
    }),
  );
  const missing = (): number =>
    new Set(
      [fonts.regular, fonts.bold, fonts.italic, fonts.boldItalic].flatMap((font) => [
        ...font.undrawable,
      ]),
    ).size;
  // Letters are known once they are drawn.
  const height = paper.height - margin.top - margin.bottom;
  const draw = (): string[] => {
    const pages = paginate(lines.lines, height, (note) => ofNotes.get(note) ?? [], noteGap);
    return pages.map((page, at) => drawPage(page, at, pages.length, fonts));
  };
  let contents = draw();
  const undrawable = missing();
  if (undrawable > 0) {
    const remark = exportWords.undrawable(undrawable);
    lines.text([{ text: remark, italic: true }], { size: size.about, before: 20, grey });
    contents = draw();
  }
  return { bytes: writeFile(contents, fonts, title, now), undrawable };
}

async function loadFonts(folder: string): Promise<Fonts> {
  const load = async (name: string): Promise<EmbeddedFont> =>
    new EmbeddedFont(name, await fs.readFile(path.join(folder, `${name}.ttf`)));
  const [regular, bold, italic, boldItalic] = await Promise.all([
    load("LiberationSans-Regular"),
    load("LiberationSans-Bold"),
    load("LiberationSans-Italic"),
    load("LiberationSans-BoldItalic"),
  ]);
  return { regular, bold, italic, boldItalic, fixed: new FixedFont() };
}

interface Look {
  readonly size?: number;
  readonly before?: number;
  readonly left?: number;
  readonly grey?: number;
  readonly keepWithNext?: boolean;
  readonly bar?: boolean;
}

/** The lines of a document, from top to bottom. */
class Lines {
  readonly lines: Line[] = [];
  readonly #fonts: Fonts;

  constructor(fonts: Fonts) {
    this.#fonts = fonts;
  }

  block(block: Block): void {
    switch (block.kind) {
      case "heading":
        this.text(
          block.runs.map((run) => ({ ...run, bold: true })),
          { before: 12, keepWithNext: true },
        );
        return;
      case "paragraph":
        this.text(block.runs, { before: 7, ...(block.quoted ? { left: indent, bar: true } : {}) });
        return;
      case "item": {
        const left = indent * (block.depth + 1) + (block.quoted ? indent : 0);
        const first = this.lines.length;
        this.text(block.runs, { before: 4, left });
        if (block.marker !== "") this.#mark(first, block.marker, left);
        return;
      }
      case "code":
        for (const [at, line] of block.text.split("\n").entries()) {
          this.text([{ text: line, code: true }], { before: at === 0 ? 8 : 0, left: indent });
        }
        return;
      case "table":
        for (const [at, row] of block.rows.entries()) this.#row(row, at === 0 ? 8 : 3);
        return;
      case "rule":
        this.lines.push({ pieces: [], height: 8, spaceBefore: 8, rule: true });
    }
  }

  text(runs: readonly Run[], look: Look = {}): void {
    const { left = 0, before = 7, keepWithNext = false, bar = false } = look;
    const broken = breakLines(this.#pieces(runs, look), textWidth - left, left);
    for (const [at, pieces] of broken.entries()) {
      this.lines.push({
        pieces,
        height: (look.size ?? size.text) * leading,
        spaceBefore: at === 0 ? before : 0,
        // A paragraph's first line does not stand alone at the foot of a page.
        keepWithNext: keepWithNext || (at === 0 && broken.length > 2),
        ...(bar ? { bar: left - 9 } : {}),
      });
    }
  }

  /** A list's mark before the first line of an item. */
  #mark(at: number, marker: string, left: number): void {
    const line = this.lines[at];
    if (!line) return;
    const font = this.#fonts.regular;
    const x = left - widthOf(marker, font, size.text) - 5;
    const pieces = [{ text: marker, font, size: size.text, x: Math.max(0, x) }, ...line.pieces];
    this.lines[at] = { ...line, pieces };
  }

  /** Cells beside each other, in columns of one width. */
  #row(cells: readonly (readonly Run[])[], before: number): void {
    const gap = 8;
    const width = textWidth / Math.max(1, cells.length);
    const columns = cells.map((cell, at) =>
      breakLines(this.#pieces(cell, {}), width - gap, at * width),
    );
    const count = Math.max(1, ...columns.map((column) => column.length));
    for (let at = 0; at < count; at++) {
      const pieces = columns.flatMap((column) => column[at] ?? []);
      const spaceBefore = at === 0 ? before : 0;
      this.lines.push({ pieces, height: size.text * leading, spaceBefore });
    }
  }

  #pieces(runs: readonly Run[], look: Look): Piece[] {
    const own = look.size ?? size.text;
    return runs.map((run): Piece => {
      const shade = look.grey === undefined ? {} : { grey: look.grey };
      if (run.note !== undefined) {
        return {
          text: String(run.note),
          font: this.#fonts.regular,
          size: own * raised.share,
          rise: own * raised.rise,
          note: run.note,
          ...shade,
        };
      }
      if (run.mark) {
        const text = ` (${markWords(run.mark)})`;
        return { text, font: this.#fonts.italic, size: own, grey };
      }
      const text = visible(run.text);
      return { text, font: this.#fontOf(run, text), size: run.code ? own * 0.95 : own, ...shade };
    });
  }

  #fontOf({ bold, italic, code }: Run, text: string): DrawingFont {
    const { regular, bold: strong, italic: slanted, boldItalic, fixed } = this.#fonts;
    if (code === true && FixedFont.canDraw(text)) return fixed;
    if (bold === true) return italic === true ? boldItalic : strong;
    return italic === true ? slanted : regular;
  }
}

/** A text as it is drawn: letters made of one sign where there is one, nothing that cannot be seen. */
function visible(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll("\r", "")
    .replaceAll(
      /[\0-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2060\ufeff]|\ufe0e|\ufe0f/gu,
      "",
    )
    .replaceAll(/[\u2000-\u200a\u202f\u205f\u3000]/gu, " ");
}

function drawPage(
  { lines, notes }: { lines: readonly Line[]; notes: readonly Line[] },
  at: number,
  count: number,
  { regular }: Fonts,
): string {
  const content: string[] = [];
  let y = paper.height - margin.top;
  for (const [index, line] of lines.entries()) {
    y -= (index === 0 ? 0 : line.spaceBefore) + line.height;
    drawLine(line, y, content);
  }
  const height = notes.reduce(
    (sum, line, index) => sum + line.height + (index === 0 ? 0 : line.spaceBefore),
    0,
  );
  if (notes.length > 0) {
    y = margin.bottom + height;
    const ruleAt = (y + noteGap / 2).toFixed(2);
    content.push(`0.6 G 0.5 w ${margin.side} ${ruleAt} m ${margin.side + 120} ${ruleAt} l S`);
  }
  for (const [index, line] of notes.entries()) {
    y -= (index === 0 ? 0 : line.spaceBefore) + line.height;
    drawLine(line, y, content);
  }
  const number = `${at + 1} / ${count}`;
  const x = (paper.width - widthOf(number, regular, size.note)) / 2 - margin.side;
  const foot = { text: number, font: regular, size: size.note, grey, x };
  drawLine({ pieces: [foot], height: 0, spaceBefore: 0 }, margin.bottom / 2, content);
  return content.join("\n");
}

/** @param bottom of the line, from the foot of the page */
function drawLine({ pieces, height, bar, rule }: Line, bottom: number, content: string[]): void {
  if (rule) {
    const at = (bottom + height / 2).toFixed(2);
    content.push(`0.75 G 0.5 w ${margin.side} ${at} m ${paper.width - margin.side} ${at} l S`);
  }
  if (bar !== undefined) {
    const x = (margin.side + bar).toFixed(2);
    content.push(`0.75 G 2 w ${x} ${bottom.toFixed(2)} m ${x} ${(bottom + height).toFixed(2)} l S`);
  }
  for (const piece of pieces) content.push(drawPiece(piece, bottom + height * 0.28));
}

function drawPiece(
  { text, font, size: points, rise = 0, grey: shade = 0, x }: Placed,
  y: number,
): string {
  if (text === "") return "";
  const at = `${(margin.side + x).toFixed(2)} ${(y + rise).toFixed(2)}`;
  return `BT ${shade} g /${font.name} ${points.toFixed(2)} Tf 1 0 0 1 ${at} Tm ${font.encode(text)} Tj ET`;
}

function writeFile(
  contents: readonly string[],
  fonts: Fonts,
  title: string,
  now: number,
): Uint8Array {
  const file = new PdfFile();
  const tree = file.reserve();
  const named = Object.values(fonts).map(
    (font: DrawingFont) => `/${font.name} ${font.write(file)} 0 R`,
  );
  const resources = file.add(`<< /Font << ${named.join(" ")} >> >>`);
  const pages = contents.map((content) => {
    const stream = file.stream(Buffer.from(content, "latin1"));
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${paper.width} ${paper.height}] ` +
        `/Resources ${resources} 0 R /Contents ${stream} 0 R >>`,
    );
  });
  const kids = pages.map((page) => `${page} 0 R`).join(" ");
  file.set(tree, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  const root = file.add(
    `<< /Type /Catalog /Pages ${tree} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>`,
  );
  const stamp = new Date(now).toISOString().replaceAll(/\D/gu, "").slice(0, 14);
  const info = file.add(
    `<< /Title ${pdfString(title)} /Creator (Hearth) /Producer (Hearth) /CreationDate (D:${stamp}Z) >>`,
  );
  return file.finish(root, info);
}
