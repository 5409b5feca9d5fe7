import type { MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "../rpc/HearthBridge.ts";

/**
 * The application menu. Its Edit menu is what makes copy and paste work on macOS, and what people
 * without a keyboard use elsewhere.
 * @param options.run called with what an entry asks the page to do
 * @param options.showAbout called where the system's own entry does nothing by itself
 */
export function applicationMenu(options: {
  platform: string;
  withDevTools: boolean;
  run: (command: MenuCommand) => void;
  showAbout: () => void;
}): MenuItemConstructorOptions[] {
  const { platform, withDevTools, run, showAbout } = options;
  const isMac = platform === "darwin";
  const entry = (
    label: string,
    accelerator: string,
    command: MenuCommand,
  ): MenuItemConstructorOptions => ({
    label,
    accelerator,
    // The page listens for its keys itself, in a browser too; the menu only names them.
    registerAccelerator: false,
    click: () => run(command),
  });
  const settings = entry("Settings…", "CmdOrCtrl+,", "settings");
  const appMenu: MenuItemConstructorOptions = {
    role: "appMenu",
    submenu: [
      { role: "about" },
      { type: "separator" },
      settings,
      { type: "separator" },
      { role: "hide" },
      { role: "hideOthers" },
      { role: "unhide" },
      { type: "separator" },
      { role: "quit" },
    ],
  };
  const fileMenu: MenuItemConstructorOptions = {
    label: "File",
    submenu: [
      entry("New chat", "CmdOrCtrl+N", "newChat"),
      entry("Add documents…", "CmdOrCtrl+O", "addDocuments"),
      { type: "separator" },
      ...(isMac ? [{ role: "close" } as const] : [settings, { role: "quit" } as const]),
    ],
  };
  const editMenu: MenuItemConstructorOptions = {
    label: "Edit",
    submenu: [
      { role: "undo" },
      { role: "redo" },
      { type: "separator" },
      { role: "cut" },
      { role: "copy" },
      { role: "paste" },
      { role: "pasteAndMatchStyle" },
      { role: "selectAll" },
    ],
  };
  const viewMenu: MenuItemConstructorOptions = {
    label: "View",
    submenu: [
      { role: "resetZoom" },
      { role: "zoomIn" },
      { role: "zoomOut" },
      { type: "separator" },
      { role: "togglefullscreen" },
      ...(withDevTools
        ? [{ type: "separator" } as const, { role: "toggleDevTools" } as const]
        : []),
    ],
  };
  const helpMenu: MenuItemConstructorOptions = {
    role: "help",
    submenu: [
      entry("Keyboard shortcuts", "CmdOrCtrl+/", "shortcuts"),
      ...(isMac ? [] : [{ type: "separator" } as const, { label: "About", click: showAbout }]),
    ],
  };
  return [
    ...(isMac ? [appMenu] : []),
    fileMenu,
    editMenu,
    viewMenu,
    // Elsewhere the role brings an entry that does nothing.
    isMac
      ? { role: "windowMenu" }
      : { label: "Window", submenu: [{ role: "minimize" }, { role: "close" }] },
    helpMenu,
  ];
}

/** What Chromium says of the place that was clicked. */
export interface ClickedPlace {
  isEditable: boolean;
  selectionText: string;
  linkURL: string;
  editFlags: {
    canUndo: boolean;
    canRedo: boolean;
    canCut: boolean;
    canCopy: boolean;
    canPaste: boolean;
    canSelectAll: boolean;
  };
}

/** The menu for a place in the page. */
export function contextMenu(
  place: ClickedPlace,
  actions: { openLink: (url: string) => void; copyText: (text: string) => void },
  isExternalAllowed: (url: string) => boolean,
): MenuItemConstructorOptions[] {
  const { editFlags: can, linkURL } = place;
  const items: MenuItemConstructorOptions[] = [];
  if (linkURL !== "" && isExternalAllowed(linkURL)) {
    items.push(
      { label: "Open link", click: () => actions.openLink(linkURL) },
      { label: "Copy link", click: () => actions.copyText(linkURL) },
      { type: "separator" },
    );
  }
  if (place.isEditable) {
    items.push(
      { role: "undo", enabled: can.canUndo },
      { role: "redo", enabled: can.canRedo },
      { type: "separator" },
      { role: "cut", enabled: can.canCut },
      { role: "copy", enabled: can.canCopy },
      { role: "paste", enabled: can.canPaste },
    );
  } else {
    items.push({ role: "copy", enabled: place.selectionText !== "" });
  }
  items.push({ role: "selectAll", enabled: can.canSelectAll });
  return items;
}
