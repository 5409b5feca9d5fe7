/** A page of running text. Characters beyond Latin-1 cannot be written. */
export interface TextPage {
  readonly title?: string;
  readonly paragraphs: readonly string[];
}

const width = 595;
const height = 842;
const margin = 64;
const lineCharacters = 84;
const leading = 15;
/** Lines that fit below the title. */
export const linesPerPage = 44;

/**
 * A PDF with real pages: text in Helvetica, laid out in lines from the top.
 *
 * @throws RangeError for a page with more lines than fit, or a character that its font lacks
 */
export function textPdf(pages: readonly TextPage[]): Uint8Array {
  const firstPage = 4;
  const kids = pages.map((_, at) => `${firstPage + 2 * at} 0 R`).join(" ");
  const bodies = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  for (const [at, page] of pages.entries()) {
    const content = contentOf(page);
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${firstPage + 2 * at + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  return assemble(bodies);
}

/** Text in lines of so many characters at most, cut between words. */
function wrapText(text: string, characters = lineCharacters): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/u)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function contentOf({ title, paragraphs }: TextPage): string {
  const lines = paragraphs.flatMap((text, at) => [...(at === 0 ? [] : [""]), ...wrapText(text)]);
  if (lines.length > linesPerPage) throw new RangeError("The text is too long for one page.");
  const top = height - margin;
  const heading =
    title === undefined ? "" : `BT /F1 17 Tf ${margin} ${top} Td (${escape(title)}) Tj ET\n`;
  const body = lines.map((line) => `(${escape(line)}) Tj T*`).join("\n");
  return `${heading}BT /F1 10.5 Tf ${leading} TL ${margin} ${top - 34} Td\n${body}\nET`;
}

function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what lies beyond Latin-1 is what is looked for
  if (/[^\u0000-\u00ff]/u.test(text)) throw new RangeError(`The font cannot write “${text}”.`);
  return text.replace(/[\\()]/gu, "\\$&");
}

function assemble(bodies: readonly string[]): Uint8Array {
  let pdf = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [at, body] of bodies.entries()) {
    offsets.push(pdf.length);
    pdf += `${at + 1} 0 obj\n${body}\nendobj\n`;
  }
  const table = pdf.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  pdf +=
    `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}` +
    `trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(pdf, "latin1"));
}
