import type { ShortcutText } from "./shortcut.ts";

/**
 * Every shortcut of the window, by what it does; the words are in the catalogue under `shortcuts`.
 * The first combination is the one that is shown. Browsers keep Ctrl+N for themselves, so a new
 * chat has a second one.
 */
export const shortcuts = {
  newChat: ["Mod+N", "Mod+Alt+N"],
  palette: ["Mod+K"],
  findInChat: ["Mod+F"],
  findInAll: ["Mod+Shift+F"],
  addDocuments: ["Mod+O"],
  focusComposer: ["Mod+L"],
  stop: ["Mod+."],
  copyLastAnswer: ["Mod+Shift+C"],
  toggleSidebar: ["Mod+B"],
  toggleSidePanel: ["Mod+\\"],
  settings: ["Mod+,"],
  shortcutList: ["Mod+/"],
  chat1: ["Mod+1"],
  chat2: ["Mod+2"],
  chat3: ["Mod+3"],
  chat4: ["Mod+4"],
  chat5: ["Mod+5"],
  chat6: ["Mod+6"],
  chat7: ["Mod+7"],
  chat8: ["Mod+8"],
  chat9: ["Mod+9"],
} as const satisfies Record<string, readonly [ShortcutText, ...ShortcutText[]]>;

export type ShortcutId = keyof typeof shortcuts;

/** Keys that work in one place only, for the list of shortcuts; that place handles them. */
export const localShortcuts = {
  send: "Enter",
  lineBreak: "Shift+Enter",
  editLast: "ArrowUp",
  closeTopmost: "Escape",
} as const satisfies Record<string, ShortcutText>;

export type LocalShortcutId = keyof typeof localShortcuts;

/** Keys of the document panel while the focus is in it; the panel handles them. */
export const documentShortcuts = {
  findInDocument: ["Mod+F"],
  zoomIn: ["Mod++", "Mod+="],
  zoomOut: ["Mod+-"],
  fitWidth: ["Mod+0"],
  rotate: ["R"],
  pageDown: ["PageDown"],
  pageUp: ["PageUp"],
  firstPage: ["Home"],
  lastPage: ["End"],
} as const satisfies Record<string, readonly [ShortcutText, ...ShortcutText[]]>;

export type DocumentShortcutId = keyof typeof documentShortcuts;

/** The combination that stands for a key of the document panel in menus and tooltips. */
export function documentShortcut(id: DocumentShortcutId): ShortcutText {
  return documentShortcuts[id][0];
}

/** The combination that stands for a shortcut in menus and tooltips. */
export function shownShortcut(id: ShortcutId): ShortcutText {
  return shortcuts[id][0];
}
