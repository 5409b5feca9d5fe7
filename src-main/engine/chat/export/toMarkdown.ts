import type { ExportDocument, Part } from "./exportDocument.ts";
import { exportWords, markWords, noteText } from "./exportWords.ts";
import { splitSigns } from "../../../contract/answerSigns.ts";
import { splitCitations } from "./splitCitations.ts";

/** Markdown with footnotes, as GitHub, Pandoc and most editors know them. */
export function toMarkdown({ title, about, parts, notes }: ExportDocument): string {
  const sections = [
    `# ${escape(title)}`,
    `*${escape(about)}*`,
    ...parts.flatMap((part) => [
      `## ${part.by === "user" ? exportWords.user : exportWords.assistant}`,
      ...(part.remark === "" ? [] : [`**${escape(part.remark)}**`]),
      partText(part),
    ]),
    ...notes.map((note) => `[^${note.number}]: ${escape(noteText(note))}`),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function partText({ by, source, noteOf }: Part): string {
  // What was typed is no Markdown: its signs are shown as they are, its lines stay lines.
  if (by === "user") {
    const paragraphs = source.trim().split(/\n\s*\n/u);
    return paragraphs.map((lines) => lines.split("\n").map(escape).join("\\\n")).join("\n\n");
  }
  return splitSigns(source)
    .map((piece) => {
      if (typeof piece === "string") return withNotes(piece, noteOf);
      if (piece.kind !== "end") return "";
      return ` *(${escape(markWords({ support: piece.support, missing: piece.missing }))})*`;
    })
    .join("")
    .trim();
}

function withNotes(text: string, noteOf: Part["noteOf"]): string {
  // What stands in code is no citation.
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : splitCitations(part, noteOf)
            .map((piece) => (typeof piece === "string" ? piece : `[^${piece.note}]`))
            .join(""),
    )
    .join("");
}

/** A text that Markdown shows as it is. */
function escape(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~&]/gu, String.raw`\$&`)
    .replace(/^(\s*)([#+-])/u, String.raw`$1\$2`)
    .replace(/^(\s*\d+)([.)])/u, String.raw`$1\$2`);
}
