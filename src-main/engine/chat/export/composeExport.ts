import type { Chat, Message } from "../../../contract/chat.ts";
import { withSigns } from "../../../contract/answerSigns.ts";
import { messagePath } from "../../../contract/messagePath.ts";
import type { ExportDocument, Footnote, Part } from "./exportDocument.ts";
import { exportWords, placeText } from "./exportWords.ts";
import { markdownBlocks } from "./markdownBlocks.ts";

/**
 * The shown branch of a chat as it is exported, or one answer with its question. Footnotes count
 * through the whole document; the same passage has the same number.
 *
 * @param answer leave it out for the whole branch
 * @param now milliseconds since 1970
 */
export function composeExport(
  chat: Pick<Chat, "title" | "activeLeafId">,
  messages: readonly Message[],
  answer: Message | undefined,
  now: number,
): ExportDocument {
  const path = answer
    ? messagePath(messages, answer.id).slice(-2)
    : messagePath(messages, chat.activeLeafId);
  const notes: Footnote[] = [];
  const numbers = new Map<string, number>();
  const parts = path.map((message): Part => {
    if (message.role === "user") {
      const runs = [{ text: message.text.trim() }];
      return {
        by: "user",
        source: message.text,
        blocks: [{ kind: "paragraph", runs, quoted: false }],
        remark: "",
        model: "",
        noteOf: () => undefined,
      };
    }
    const noteOf = (n: number): number | undefined => {
      const citation = message.grounding?.citations.find((candidate) => candidate.n === n);
      if (!citation) return undefined;
      const place = placeText(citation.location);
      const key = JSON.stringify([citation.documentId, place, citation.quote]);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const number = notes.length + 1;
      numbers.set(key, number);
      const quote = citation.quote.replace(/\s+/gu, " ").trim();
      notes.push({ number, document: citation.document, place, quote });
      return number;
    };
    const source = withSigns(message.text, message.grounding?.sentences ?? []);
    return {
      by: "assistant",
      source,
      blocks: markdownBlocks(source, noteOf),
      remark: remarkOn(message),
      model: modelOf(message),
      noteOf,
    };
  });
  const models = [...new Set(parts.map(({ model }) => model).filter((model) => model !== ""))];
  const day = new Intl.DateTimeFormat("en", { dateStyle: "long" }).format(now);
  return {
    title: chat.title.trim() || exportWords.untitled,
    about: exportWords.about(day, models.join(", ")),
    parts,
    notes,
  };
}

function remarkOn({ status, grounding, error }: Message): string {
  if (status === "failed") return [exportWords.status.failed, error?.title ?? ""].join(" ").trim();
  if (status === "length" || status === "stopped" || status === "interrupted") {
    return exportWords.status[status];
  }
  return grounding?.abstained === true ? exportWords.declined : "";
}

function modelOf({ stats, grounding }: Message): string {
  const { model = "", quantization = "" } = stats ?? grounding?.receipt ?? {};
  return `${model} ${quantization}`.trim();
}
