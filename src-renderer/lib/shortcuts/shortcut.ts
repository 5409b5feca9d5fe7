import { type Platform, platform as thisPlatform } from "../platform.ts";

/**
 * A key combination: modifiers, then one key, joined by "+". `Mod` is ⌘ on a Mac and Ctrl
 * elsewhere. The key is a letter, digit or sign as printed, or a name as in `KeyboardEvent.key`.
 * Examples: "Mod+K", "Mod+Shift+F", "Mod+\\", "Escape".
 */
export type ShortcutText = string;

export interface Shortcut {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Lower case when it is a letter. */
  readonly key: string;
}

/** What matching needs of a keyboard event. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey"
>;

const parsed = new Map<ShortcutText, Shortcut>();

/** @throws {Error} when the text names no key or an unknown modifier. */
export function parseShortcut(text: ShortcutText): Shortcut {
  const known = parsed.get(text);
  if (known) return known;
  const parts = text.endsWith("++") ? [...text.slice(0, -2).split("+"), "+"] : text.split("+");
  const key = parts.pop() ?? "";
  const unknown = parts.find((part) => !["Mod", "Shift", "Alt"].includes(part));
  if (key === "" || unknown !== undefined) throw new Error(`Not a shortcut: "${text}"`);
  const shortcut: Shortcut = {
    mod: parts.includes("Mod"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
    key: key.length === 1 ? key.toLowerCase() : key,
  };
  parsed.set(text, shortcut);
  return shortcut;
}

/**
 * The key as the shortcut names it. Where the layout types no Latin letter (Cyrillic, Greek), or
 * Alt makes another sign of it, the key's place on the board decides.
 */
function pressedKey(event: KeyPress): string {
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
  const byPlace = place?.[1]?.toLowerCase() ?? place?.[2];
  if (event.key.length !== 1) return event.key;
  const plain = event.key.toLowerCase();
  if (byPlace !== undefined && (plain > "\u007f" || event.altKey)) return byPlace;
  return plain;
}

export function matchesShortcut(
  event: KeyPress,
  text: ShortcutText,
  platform: Platform = thisPlatform,
): boolean {
  const shortcut = parseShortcut(text);
  const [mod, other] =
    platform === "mac" ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (mod !== shortcut.mod || other || event.altKey !== shortcut.alt) return false;
  if (pressedKey(event) !== shortcut.key) return false;
  // Signs such as "?" or "/" need Shift on some layouts, so only letters, digits and names ask.
  const shiftMatters = /^[a-z\d]$/.test(shortcut.key) || shortcut.key.length > 1;
  return !shiftMatters || event.shiftKey === shortcut.shift;
}

const macSigns: Readonly<Record<string, string>> = {
  Enter: "⏎",
  Escape: "esc",
  Backspace: "⌫",
  Delete: "⌦",
  Tab: "⇥",
};
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};
const otherWords: Readonly<Record<string, string>> = { Escape: "Esc", Delete: "Del" };

/** The keys as printed on this platform's board, in its order: ["⇧", "⌘", "F"], ["Ctrl", "Shift", "F"]. */
export function shortcutKeys(text: ShortcutText, platform: Platform = thisPlatform): string[] {
  const shortcut = parseShortcut(text);
  const upper = shortcut.key.length === 1 ? shortcut.key.toUpperCase() : shortcut.key;
  if (platform === "mac") {
    return [
      ...(shortcut.alt ? ["⌥"] : []),
      ...(shortcut.shift ? ["⇧"] : []),
      ...(shortcut.mod ? ["⌘"] : []),
      arrows[upper] ?? macSigns[upper] ?? upper,
    ];
  }
  return [
    ...(shortcut.mod ? ["Ctrl"] : []),
    ...(shortcut.alt ? ["Alt"] : []),
    ...(shortcut.shift ? ["Shift"] : []),
    arrows[upper] ?? otherWords[upper] ?? upper,
  ];
}

/** One line for titles and lists: "⇧⌘F" on a Mac, "Ctrl+Shift+F" elsewhere. */
export function shortcutLabel(text: ShortcutText, platform: Platform = thisPlatform): string {
  return shortcutKeys(text, platform).join(platform === "mac" ? "" : "+");
}

/** The value of `aria-keyshortcuts` for it. */
export function ariaShortcut(text: ShortcutText, platform: Platform = thisPlatform): string {
  const shortcut = parseShortcut(text);
  return [
    ...(shortcut.mod ? [platform === "mac" ? "Meta" : "Control"] : []),
    ...(shortcut.alt ? ["Alt"] : []),
    ...(shortcut.shift ? ["Shift"] : []),
    shortcut.key.length === 1 ? shortcut.key.toUpperCase() : shortcut.key,
  ].join("+");
}
