import { BrowserWindow, dialog, Notification, powerMonitor, safeStorage } from "electron";
import type { OpenDialogOptions } from "electron";
import type { HostHandlers } from "../rpc/RpcClient.ts";
import { canSeal } from "./electronAdapter.ts";
import { pickOptions } from "./pickOptions.ts";
import { saveFile, saveOptions } from "./saveFile.ts";

/** What the desktop does for the engine. The page is neither asked nor told. */
export function hostHandlers(window: () => BrowserWindow | undefined): HostHandlers {
  const save = async (
    title: string,
    name: string,
    content: string | Uint8Array,
  ): ReturnType<typeof saveFile> => {
    const options = saveOptions(title, name);
    const owner = window();
    const chosen = owner
      ? await dialog.showSaveDialog(owner, options)
      : await dialog.showSaveDialog(options);
    if (chosen.canceled || !chosen.filePath) return { saved: false, error: null };
    return await saveFile(chosen.filePath, content);
  };
  return {
    "dialogs.pickFiles": async ({ title, extensions, folders }) => {
      const options = pickOptions({ title, extensions, folders, platform: process.platform });
      const owner = window();
      const chosen = owner
        ? await dialog.showOpenDialog(owner, options)
        : await dialog.showOpenDialog(options);
      return { paths: chosen.canceled ? [] : chosen.filePaths };
    },
    "dialogs.pickFolders": async ({ title }) => {
      const options: OpenDialogOptions = {
        title,
        properties: ["openDirectory", "multiSelections"],
      };
      const owner = window();
      const chosen = owner
        ? await dialog.showOpenDialog(owner, options)
        : await dialog.showOpenDialog(options);
      return { paths: chosen.canceled ? [] : chosen.filePaths };
    },
    "dialogs.saveText": ({ title, name, text }) => save(title, name, text),
    "dialogs.saveFile": ({ title, name, base64 }) =>
      save(title, name, Buffer.from(base64, "base64")),
    "notifications.show": ({ title, body }) => {
      if (!Notification.isSupported()) return { shown: false };
      new Notification({ title, body }).show();
      return { shown: true };
    },
    "secrets.seal": ({ text }) => ({
      sealed: canSeal(safeStorage) ? safeStorage.encryptString(text).toString("base64") : null,
    }),
    "secrets.open": ({ sealed }) => {
      if (!canSeal(safeStorage)) return { text: null };
      try {
        return { text: safeStorage.decryptString(Buffer.from(sealed, "base64")) };
      } catch {
        // Sealed by another user or on another computer: it cannot be had back.
        return { text: null };
      }
    },
    "power.state": () => ({ onBattery: powerMonitor.isOnBatteryPower() }),
  };
}
