const linesPerPage = 44;
const wordsPerLine = 11;

/**
 * A plain PDF with a text layer, of pages filled with words.
 *
 * @param text the words of a page, by its number from 1
 */
export function benchPdf(pages: number, text: (page: number) => string): Buffer {
  const bodies = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, at) => `${4 + 2 * at} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  for (let page = 1; page <= pages; page++) {
    const content = pageContent(text(page).split(" "));
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${3 + 2 * page} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [at, body] of bodies.entries()) {
    offsets.push(file.length);
    file += `${at + 1} 0 obj\n${body}\nendobj\n`;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const trailer = `trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(
    `${file}xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}${trailer}`,
    "latin1",
  );
}

/** Sentences of two lines; words that do not fit on the page are left out. */
function pageContent(words: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < words.length && lines.length < linesPerPage; at += wordsPerLine) {
    const line = words.slice(at, at + wordsPerLine).join(" ");
    const said =
      lines.length % 2 === 0 ? line.slice(0, 1).toUpperCase() + line.slice(1) : `${line}.`;
    lines.push(`(${said.replace(/[\\()]/gu, String.raw`\$&`)}) Tj T*`);
  }
  return `BT /F1 11 Tf 16 TL 60 780 Td\n${lines.join("\n")}\nET`;
}
