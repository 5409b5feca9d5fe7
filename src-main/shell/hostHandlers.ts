import {
  BrowserWindow,
  dialog,
  Notification,
  powerMonitor,
  safeStorage,
  type OpenDialogOptions,
} from "electron";
import type { HostHandlers } from "../rpc/RpcClient.ts";
import { canSeal } from "./electronAdapter.ts";

/** What the desktop does for the engine. The page is neither asked nor told. */
export function hostHandlers(window: () => BrowserWindow | undefined): HostHandlers {
  return {
    "dialogs.pickFiles": async ({ title, extensions, folders }) => {
      const options = pickOptions({ title, extensions, folders, platform: process.platform });
      const owner = window();
      const chosen = owner
        ? await dialog.showOpenDialog(owner, options)
        : await dialog.showOpenDialog(options);
      return { paths: chosen.canceled ? [] : chosen.filePaths };
    },
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

/**
 * Only macOS has a dialog that offers files and folders at once; elsewhere asking for both gives one
 * for folders only, so there it is files, and folders come by dropping them.
 */
export function pickOptions(wanted: {
  title: string;
  extensions: string[];
  folders: boolean;
  platform: string;
}): OpenDialogOptions {
  const both = wanted.folders && wanted.platform === "darwin";
  return {
    title: wanted.title,
    properties: both
      ? ["openFile", "openDirectory", "multiSelections"]
      : ["openFile", "multiSelections"],
    filters:
      wanted.extensions.length === 0
        ? []
        : [
            { name: "Documents", extensions: wanted.extensions },
            { name: "All files", extensions: ["*"] },
          ],
  };
}
