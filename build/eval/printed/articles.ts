import type { BeirDataset } from "../../../src-main/engine/eval/loadBeir.ts";

/** Documents of a collection that are parts of one text, in their order. */
export interface Article {
  readonly title: string;
  readonly paragraphs: readonly { readonly id: string; readonly text: string }[];
}

/** Joins neighbouring documents of the same title. A document without a title stands alone. */
export function toArticles(dataset: Pick<BeirDataset, "documents">): Article[] {
  const articles: { title: string; paragraphs: { id: string; text: string }[] }[] = [];
  for (const { id, title, text } of dataset.documents) {
    const last = articles.at(-1);
    if (last && title !== "" && last.title === title) last.paragraphs.push({ id, text });
    else articles.push({ title, paragraphs: [{ id, text }] });
  }
  return articles;
}

/** An article as a plain text file. */
export function articleText({ title, paragraphs }: Article): string {
  return `${[title, ...paragraphs.map(({ text }) => text)].filter(Boolean).join("\n\n")}\n`;
}
