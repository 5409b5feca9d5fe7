import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface PdfWord {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PdfPageWords {
  width: number;
  height: number;
  words: PdfWord[];
}

/** The words of a page with their boxes in PDF points, as pdftotext sees them: a second opinion. */
export async function pdfWords(file: string, page: number): Promise<PdfPageWords> {
  const pages = ["-f", String(page), "-l", String(page)];
  const { stdout } = await promisify(execFile)("pdftotext", ["-bbox", ...pages, file, "-"]);
  const size = /<page width="([\d.]+)" height="([\d.]+)">/.exec(stdout);
  if (!size) throw new Error(`pdftotext shows no page ${page} in ${file}.`);
  const box = /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)<\/word>/g;
  const words = [...stdout.matchAll(box)].map(([, left, top, right, bottom, text]) => ({
    text: decode(text ?? ""),
    x: Number(left),
    y: Number(top),
    width: Number(right) - Number(left),
    height: Number(bottom) - Number(top),
  }));
  return { width: Number(size[1]), height: Number(size[2]), words };
}

/** Where a text's words begin among those of a page, or -1. */
export function findWords(words: readonly PdfWord[], text: string): number {
  const wanted = text.split(/\s+/).filter((word) => word !== "");
  return words.findIndex((_, at) =>
    wanted.every((word, offset) => words[at + offset]?.text === word),
  );
}

function decode(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
