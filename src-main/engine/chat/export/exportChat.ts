import path from "node:path";
import type { Chat, ExportFormat, Message } from "../../../contract/chat.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { MessageId } from "../../../contract/ids.ts";
import { messagePath } from "../../../contract/messagePath.ts";
import { composeExport } from "./composeExport.ts";
import { toDocx } from "./toDocx.ts";
import { toMarkdown } from "./toMarkdown.ts";
import { toPdf } from "./toPdf.ts";

export interface ExportedFile {
  /** As it is suggested to the user. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Different letters that the PDF has no shape for; 0 in the other formats. */
  readonly undrawable: number;
}

const types: Record<ExportFormat, { ending: string; mediaType: string }> = {
  markdown: { ending: "md", mediaType: "text/markdown" },
  docx: {
    ending: "docx",
    mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  },
  pdf: { ending: "pdf", mediaType: "application/pdf" },
};

/**
 * The shown branch of a chat, or one answer with its question, as a file.
 *
 * @param pdfjsDir as `pdfjsDir()` tells: its fonts are those of the PDF
 * @throws HearthError `not-found` where the message is no answer of the chat, `conflict` while it is
 * being written, `bad-input` where there is nothing to export
 */
export async function exportChat(
  { chat, messages }: { chat: Chat; messages: readonly Message[] },
  format: ExportFormat,
  messageId: MessageId | undefined,
  { pdfjsDir, now }: { pdfjsDir: string; now: number },
): Promise<ExportedFile> {
  const answer = messages.find(({ id }) => id === messageId);
  if (messageId !== undefined && answer?.role !== "assistant") {
    throw new HearthError({
      code: "not-found",
      title: "This answer is not part of the chat.",
      suggestion: "Open the chat again to see its current messages.",
    });
  }
  const told = answer ? [answer] : messagePath(messages, chat.activeLeafId);
  if (told.some(({ status }) => status === "streaming")) {
    throw new HearthError({
      code: "conflict",
      title: "This answer is still being written.",
      suggestion: "Export it when it has ended.",
    });
  }
  const exported = composeExport(chat, messages, answer, now);
  if (exported.parts.length === 0) {
    throw new HearthError({
      code: "bad-input",
      title: "This chat is empty.",
      cause: "There is no message to export.",
      suggestion: "Ask something first.",
    });
  }
  const { ending, mediaType } = types[format];
  const name = `${fileName(exported.title)}.${ending}`;
  if (format === "markdown") {
    const bytes = new TextEncoder().encode(toMarkdown(exported).toWellFormed());
    return { name, mediaType, bytes, undrawable: 0 };
  }
  if (format === "docx") return { name, mediaType, bytes: await toDocx(exported), undrawable: 0 };
  return {
    name,
    mediaType,
    ...(await toPdf(exported, path.join(pdfjsDir, "standard_fonts"), now)),
  };
}

/** A title as a name that every system takes for a file. */
function fileName(title: string): string {
  const plain = title
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- control characters are what is to be removed
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 80)
    .replace(/[. ]+$/u, "")
    .replace(/^[. ]+/u, "");
  return plain === "" || /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu.test(plain) ? "Chat" : plain;
}
