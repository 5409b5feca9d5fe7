import { describe, expect, it } from "vitest";
import { shortcuts } from "./registry.ts";
import {
  ariaShortcut,
  type KeyPress,
  matchesShortcut,
  parseShortcut,
  shortcutLabel,
} from "./shortcut.ts";
import { findShortcut } from "./useShortcuts.ts";

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: "",
  metaKey: false,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  ...over,
});

describe("a shortcut", () => {
  it("is refused when it names no key or an unknown modifier", () => {
    expect(() => parseShortcut("Mod+")).toThrow();
    expect(() => parseShortcut("Control+K")).toThrow();
    expect(parseShortcut("Mod++").key).toBe("+");
  });

  it("takes Ctrl or ⌘ by platform, and not both", () => {
    expect(matchesShortcut(press("k", { ctrlKey: true }), "Mod+K", "other")).toBe(true);
    expect(matchesShortcut(press("k", { ctrlKey: true }), "Mod+K", "mac")).toBe(false);
    expect(matchesShortcut(press("k", { metaKey: true }), "Mod+K", "mac")).toBe(true);
    const both = press("k", { metaKey: true, ctrlKey: true });
    expect(matchesShortcut(both, "Mod+K", "mac")).toBe(false);
  });

  it("tells Shift and Alt apart", () => {
    const shifted = press("F", { ctrlKey: true, shiftKey: true, code: "KeyF" });
    expect(matchesShortcut(shifted, "Mod+F", "other")).toBe(false);
    expect(matchesShortcut(shifted, "Mod+Shift+F", "other")).toBe(true);
    const alt = press("˜", { metaKey: true, altKey: true, code: "KeyN" });
    expect(matchesShortcut(alt, "Mod+Alt+N", "mac")).toBe(true);
    expect(matchesShortcut(alt, "Mod+N", "mac")).toBe(false);
  });

  it("works on a Cyrillic board and where a sign needs Shift", () => {
    const cyrillic = press("л", { ctrlKey: true, code: "KeyK" });
    expect(matchesShortcut(cyrillic, "Mod+K", "other")).toBe(true);
    const german = press("/", { ctrlKey: true, shiftKey: true, code: "Digit7" });
    expect(matchesShortcut(german, "Mod+/", "other")).toBe(true);
    expect(matchesShortcut(german, "Mod+7", "other")).toBe(false);
  });

  it("is written as the platform writes it", () => {
    expect(shortcutLabel("Mod+Shift+F", "mac")).toBe("⇧⌘F");
    expect(shortcutLabel("Mod+Shift+F", "other")).toBe("Ctrl+Shift+F");
    expect(shortcutLabel("ArrowUp", "other")).toBe("↑");
    expect(ariaShortcut("Mod+\\", "other")).toBe("Control+\\");
  });
});

describe("the registry", () => {
  it("gives no combination to two things", () => {
    const all = Object.values(shortcuts).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it("finds only what is handled", () => {
    const event = press("b", { ctrlKey: true });
    expect(findShortcut(event, { toggleSidebar: () => undefined })).toBe("toggleSidebar");
    expect(findShortcut(event, { palette: () => undefined })).toBeUndefined();
  });
});
