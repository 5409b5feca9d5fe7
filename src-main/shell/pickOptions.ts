import type { OpenDialogOptions } from "electron";

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
