import type { Location } from "../../../contract/locations.ts";
import type { Footnote, Mark } from "./exportDocument.ts";

/** Words of an exported file. */
export const exportWords = {
  user: "You",
  assistant: "Answer",
  untitled: "Chat",
  sources: "Sources",
  declined: "Not found in the documents.",
  status: {
    length: "This answer ended at the token limit.",
    stopped: "This answer was stopped.",
    interrupted: "This answer was cut off when the engine stopped.",
    failed: "This answer failed.",
  },
  about: (day: string, models: string) =>
    models === ""
      ? `Exported from Hearth, ${day}`
      : `Exported from Hearth, ${day}. Model: ${models}`,
  undrawable: (count: number) =>
    `${count} ${count === 1 ? "letter has" : "letters have"} no shape in the font of this file ` +
    "and can be copied but not seen here. The Markdown and Word exports show all of them.",
} as const;

export function markWords(mark: Mark): string {
  if (mark.support === "unsupported") return "not in the documents";
  const words = mark.missing.join(", ");
  if (mark.support === "supported") return `not in the documents: ${words}`;
  return `partly in the documents${words === "" ? "" : `; not there: ${words}`}`;
}

/** "report.pdf, page 3: “…”", without the quote's marks where it brings its own. */
export function noteText({ document, place, quote }: Footnote): string {
  const source = place === "" ? document : `${document}, ${place}`;
  return `${source}: “${quote}”`;
}

/** A place in a document as it stands in a footnote; "" for the whole document. */
export function placeText(location: Location): string {
  switch (location.kind) {
    case "page":
      return `page ${location.page}`;
    case "lines":
      return location.from === location.to
        ? `line ${location.from}`
        : `lines ${location.from}–${location.to}`;
    case "section":
      return location.path.length === 0 ? "" : `section “${location.path.join(" › ")}”`;
    case "cells":
      return `${location.sheet}, ${location.range}`;
    case "slide":
      return `slide ${location.slide}`;
    case "time":
      return `${clock(location.fromMs)}–${clock(location.toMs)}`;
  }
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
