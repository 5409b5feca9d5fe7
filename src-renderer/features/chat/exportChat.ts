import type { ExportFormat } from "../../../src-main/contract/chat.ts";
import { isCancelled } from "../../../src-main/contract/errors.ts";
import type { ChatId, MessageId } from "../../../src-main/contract/ids.ts";
import { call } from "../../api/engine.ts";
import { reportFailure } from "../../app/failures.ts";
import { downloadFile } from "../../lib/downloadFile.ts";
import { getStrings } from "../../lib/strings/index.ts";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { showToast } from "../../ui/Toast.tsx";

const formats: readonly ExportFormat[] = ["markdown", "docx", "pdf"];

/** The formats of an export as items of a menu. Without a message the whole chat. */
export function exportItems(chatId: ChatId, messageId?: MessageId): MenuItem[] {
  const { chat } = getStrings();
  return formats.map((format) => ({
    id: format,
    label: chat.exportFormats[format],
    onSelect: () => void exportChat(chatId, messageId, format),
  }));
}

/** Saves it by the system's dialog where there is one, else as the browser does. */
async function exportChat(
  chatId: ChatId,
  messageId: MessageId | undefined,
  format: ExportFormat,
): Promise<void> {
  const { chat } = getStrings();
  try {
    const { saved, name, mediaType, base64, undrawable } = await call("chats.export", {
      chatId,
      format,
      ...(messageId === undefined ? {} : { messageId }),
    });
    if (saved === false) return;
    if (saved === null) {
      downloadFile(
        name,
        Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)),
        mediaType,
      );
    }
    showToast({
      text: undrawable > 0 ? chat.exportedPartly(name, undrawable) : chat.exported(name),
    });
  } catch (error) {
    if (!isCancelled(error)) reportFailure(error);
  }
}
