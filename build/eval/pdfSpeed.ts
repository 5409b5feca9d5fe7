import { parseArgs } from "node:util";
import { makePages } from "../../src-main/engine/library/readers/fixtures/makePdf.ts";
import { loadPdfjs } from "../../src-main/engine/library/readers/pdf/openPdf.ts";
import { readPdf } from "../../src-main/engine/library/readers/pdf/readPdf.ts";
import { median } from "../../src-main/engine/bench/median.ts";

/**
 * Measures reading a PDF beside bare pdf.js, whose `getTextContent` gives runs of text without
 * words, order or places: `node build/eval/pdfSpeed.ts [--pages N] [--pairs N] [--json]`. Both work
 * in this thread, in turns, on the same bytes; the ratio is of pages per second, 1 being as fast.
 */
const { values } = parseArgs({
  options: {
    pages: { type: "string", default: "200" },
    pairs: { type: "string", default: "9" },
    json: { type: "boolean", default: false },
  },
});
const pages = Number(values.pages);
const pairs = Number(values.pairs);

const words =
  "the of a harbour master keeps careful ledger every vessel that enters fjord measured tide foundations were deepened recommendation was adopted superintendent observed negligible discrepancies between instruments during autumn storms".split(
    " ",
  );

/** Pages like those of a report: a heading, two columns of kerned text, a running title, a number. */
function report(count: number): Uint8Array<ArrayBuffer> {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const line = (): string => {
    let text = "";
    while (text.length < 42) text += `${words[random(words.length)] ?? ""} `;
    const at = random(text.length - 4) + 2;
    return `[(${text.slice(0, at)}) ${random(40) - 20} (${text.slice(at)})] TJ T*`;
  };
  const column = (x: number): string =>
    `BT /F1 9.5 Tf 11.5 TL 1 0 0 1 ${x} 720 Tm\n${Array.from({ length: 56 }, line).join("\n")}\nET`;
  return makePages(
    Array.from(
      { length: count },
      (_, i) =>
        `BT /F1 8 Tf 50 775 Td (Report of the harbour office) Tj ET\nBT /F1 15 Tf 50 745 Td (${i + 1}. ${line().slice(2, 24).replaceAll(/[()]/gu, "")}) Tj ET\n${column(50)}\n${column(310)}\nBT /F1 8 Tf 300 30 Td (${i + 1}) Tj ET`,
    ),
  );
}

const pdfjs = await loadPdfjs();

async function bare(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const task = pdfjs.getDocument({ data: bytes, verbosity: pdfjs.VerbosityLevel.ERRORS });
  const document = await task.promise;
  let characters = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    for (const item of items) if ("str" in item) characters += item.str.length;
    page.cleanup();
  }
  await task.destroy();
  if (characters === 0) throw new Error("pdf.js found no text");
}

async function whole(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  let found = 0;
  await readPdf(bytes, (page) => void (found += page.words.count), {});
  if (found === 0) throw new Error("No words were found");
}

async function timed(read: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<number> {
  const bytes = source.slice();
  const begun = performance.now();
  await read(bytes);
  return (pages * 1000) / (performance.now() - begun);
}

const source = report(pages);
await timed(bare);
await timed(whole);
const rows: { bare: number; hearth: number; ratio: number }[] = [];
for (let pair = 0; pair < pairs; pair++) {
  const first = pair % 2 === 0 ? await timed(bare) : 0;
  const hearth = await timed(whole);
  const rate = first || (await timed(bare));
  rows.push({ bare: rate, hearth, ratio: hearth / rate });
}
const ratios = rows.map((row) => row.ratio);
const result = {
  pages,
  pairs,
  pdfjsPagesPerSecond: median(rows.map((row) => row.bare)),
  hearthPagesPerSecond: median(rows.map((row) => row.hearth)),
  ratio: median(ratios),
  least: Math.min(...ratios),
  most: Math.max(...ratios),
};
if (values.json) console.log(JSON.stringify(result));
else {
  console.log(
    `${pages} pages: Hearth ${result.hearthPagesPerSecond.toFixed(0)} pages/s, bare pdf.js ${result.pdfjsPagesPerSecond.toFixed(0)}; ratio ${result.ratio.toFixed(2)} [${result.least.toFixed(2)}–${result.most.toFixed(2)}], ${pairs} pairs`,
  );
}
