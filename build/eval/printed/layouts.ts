import type { Article } from "./articles.ts";

/** A way of printing, as a style sheet and what stands at the head and foot of each page. */
export interface Layout {
  readonly css: string;
  readonly format: "A4" | "A5";
  readonly marginMm: number;
  /** Running title and page numbers. */
  readonly running: boolean;
}

export const layouts: Readonly<Record<string, Layout>> = {
  /** A page as a word processor prints it. */
  plain: {
    css: "body { font: 11pt/1.35 serif; }",
    format: "A4",
    marginMm: 22,
    running: false,
  },
  /** A report: justified, words divided, a running title and page numbers. */
  report: {
    css: "body { font: 10.5pt/1.4 sans-serif; text-align: justify; hyphens: auto; } p { margin: 0; text-indent: 1.5em; }",
    format: "A5",
    marginMm: 18,
    running: true,
  },
  /** A paper: two columns of small print. */
  columns: {
    css: "body { font: 9pt/1.25 serif; columns: 2; column-gap: 6mm; text-align: justify; hyphens: auto; } h1 { column-span: all; font-size: 15pt; }",
    format: "A4",
    marginMm: 18,
    running: true,
  },
};

/** A page of the web that prints the article. */
export function articleHtml({ title, paragraphs }: Article, { css }: Layout): string {
  const heading = title === "" ? "" : `<h1>${escapeHtml(title)}</h1>`;
  const body = paragraphs.map(({ text }) => `<p>${escapeHtml(text)}</p>`).join("\n");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${css}</style><body>${heading}\n${body}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
