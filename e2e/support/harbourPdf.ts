import { makePdf, textContent } from "../../src-main/engine/library/readers/fixtures/makePdf.ts";

/** What stands over the end of page 4: it begins in the second column, and ends on page 5. */
export const partedSentence = {
  first: "The dredger Marabout left the northern basin in March because",
  second: "its winch had lost a tooth of the smaller wheel.",
};

/** A word that stands three times in the document, on page 7 parted by the end of a line. */
export const rareWord = { text: "lantern", pages: [2, 7, 11] };

export const outline = [
  { title: "Beginnings", page: 1, level: 1 },
  { title: "The northern basin", page: 3, level: 1 },
  { title: "Dredging", page: 4, level: 2 },
  { title: "Lights", page: 7, level: 1 },
  { title: "Tolls and dues", page: 10, level: 1 },
];

const pages = 12;
const trades = [
  "ropewalk",
  "smithy",
  "sail loft",
  "customs shed",
  "pilot house",
  "cooperage",
  "fish market",
  "chandlery",
  "boatyard",
  "granary",
  "slipway",
  "toll gate",
];

/** A harbour's history in twelve pages: headings, a table of contents, a page in two columns. */
export function harbourPdf(): Uint8Array<ArrayBuffer> {
  const firstPage = 4;
  const firstEntry = firstPage + 2 * pages;
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R /Outlines ${firstEntry} 0 R /PageMode /UseOutlines >>`,
    `<< /Type /Pages /Count ${pages} /Kids [${numbers(pages)
      .map((at) => `${firstPage + 2 * at} 0 R`)
      .join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  for (const at of numbers(pages)) {
    const content = pageContent(at + 1);
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${firstPage + 2 * at + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  bodies.push(...outlineBodies(firstEntry, (page) => `${firstPage + 2 * (page - 1)} 0 R`));
  return makePdf(bodies);
}

function outlineBodies(root: number, pageRef: (page: number) => string): string[] {
  const id = (at: number): string => `${root + 1 + at} 0 R`;
  const tops = numbers(outline.length).filter((at) => outline[at]?.level === 1);
  const bodies = [
    `<< /Type /Outlines /First ${id(tops[0] ?? 0)} /Last ${id(tops.at(-1) ?? 0)} /Count ${outline.length} >>`,
  ];
  for (const [at, { title, page, level }] of outline.entries()) {
    const parent = tops.findLast((top) => top < at) ?? 0;
    const children = numbers(outline.length).filter(
      (other) => outline[other]?.level === 2 && tops.findLast((top) => top < other) === at,
    );
    const next = level === 1 ? tops.find((top) => top > at) : undefined;
    const previous = level === 1 ? tops.findLast((top) => top < at) : undefined;
    bodies.push(
      [
        `<< /Title (${title}) /Parent ${level === 1 ? `${root} 0 R` : id(parent)}`,
        `/Dest [${pageRef(page)} /XYZ 0 770 0]`,
        next === undefined ? "" : `/Next ${id(next)}`,
        previous === undefined ? "" : `/Prev ${id(previous)}`,
        level === 1 && children.length > 0
          ? `/First ${id(children[0] ?? 0)} /Last ${id(children.at(-1) ?? 0)} /Count ${children.length}`
          : "",
        ">>",
      ].join(" "),
    );
  }
  return bodies;
}

function pageContent(page: number): string {
  const title = outline.find((entry) => entry.page === page)?.title;
  const heading = title ? `BT /F1 18 Tf 50 770 Td (${title}) Tj ET\n` : "";
  const lines = prose(page, 44);
  if (page === 4) {
    const [left, right] = [prose(page, 44, 38), prose(page + 40, 43, 38)];
    right.push(...wrap(partedSentence.first, 38));
    return `${heading}${textContent(left)}\n${textContent(right, 320)}`;
  }
  if (page === 5) lines.unshift(partedSentence.second);
  if (page === 2) lines[20] = "A lantern hung at the head of the mole, and was seen from far.";
  if (page === 7)
    lines.splice(
      10,
      2,
      "Nobody could say who had taken the old lan-",
      "tern from its hook that night.",
    );
  if (page === 11) lines[30] = "The toll for a Lantern was a farthing, paid in advance.";
  return heading + textContent(lines.slice(0, 46));
}

/** Whole sentences, none twice, in at most so many lines of at most so many letters. */
function prose(page: number, lines: number, width = 80): string[] {
  let text = "";
  for (let at = 0; ; at++) {
    const trade = trades[(page + at) % trades.length];
    const year = 1601 + ((page * 37 + at * 11) % 290);
    const longer = `${text} In ${year} the ${trade} took ${page * 13 + at * 7} barrels from boat ${page}-${at}.`;
    if (wrap(longer, width).length > lines) return wrap(text, width);
    text = longer;
  }
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
