import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, it } from "vitest";
import { applicationMenu, contextMenu, type ClickedPlace } from "./menus.ts";
import { isExternalAllowed } from "./rules.ts";

function rolesIn(items: readonly MenuItemConstructorOptions[]): string[] {
  return items.flatMap((item) => [
    ...(item.role === undefined ? [] : [item.role]),
    ...(Array.isArray(item.submenu) ? rolesIn(item.submenu) : []),
  ]);
}

function labelled(
  items: readonly MenuItemConstructorOptions[],
  label: string,
): MenuItemConstructorOptions | undefined {
  for (const item of items) {
    if (item.label === label) return item;
    const found = Array.isArray(item.submenu) ? labelled(item.submenu, label) : undefined;
    if (found) return found;
  }
  return undefined;
}

function press(item: MenuItemConstructorOptions | undefined): void {
  if (!item?.click) throw new Error("There is nothing to press.");
  (item.click as () => void)();
}

describe("applicationMenu", () => {
  it.each(["linux", "win32", "darwin"])("has working editing and quitting on %s", (platform) => {
    const nothing = (): void => {};
    const menu = applicationMenu({
      platform,
      withDevTools: false,
      run: nothing,
      showAbout: nothing,
    });
    const roles = rolesIn(menu);
    const needed = ["undo", "redo", "cut", "copy", "paste", "selectAll", "quit"];
    expect(needed.filter((role) => !roles.includes(role))).toEqual([]);
    expect(roles).not.toContain("reload");
    expect(roles).not.toContain("toggleDevTools");
    expect(roles.filter((role) => role === "quit")).toHaveLength(1);
    // Only macOS has it do something by itself.
    expect(roles.includes("about")).toBe(platform === "darwin");
    expect(labelled(menu, "About") !== undefined).toBe(platform !== "darwin");
  });

  it("asks the page for what only it can do, and leaves the keys to it", () => {
    const ran: string[] = [];
    const menu = applicationMenu({
      platform: "linux",
      withDevTools: true,
      run: (command) => ran.push(command),
      showAbout: () => ran.push("about"),
    });
    for (const label of ["New chat", "Add documents…", "Settings…", "Keyboard shortcuts"]) {
      const item = labelled(menu, label);
      expect(item?.registerAccelerator).toBe(false);
      press(item);
    }
    press(labelled(menu, "About"));
    expect(ran).toEqual(["newChat", "addDocuments", "settings", "shortcuts", "about"]);
    expect(rolesIn(menu)).toContain("toggleDevTools");
  });
});

describe("contextMenu", () => {
  const nothing: ClickedPlace = {
    isEditable: false,
    selectionText: "",
    linkURL: "",
    editFlags: {
      canUndo: false,
      canRedo: false,
      canCut: false,
      canCopy: false,
      canPaste: false,
      canSelectAll: true,
    },
  };
  const done: string[] = [];
  const actions = {
    openLink: (url: string) => done.push(`open ${url}`),
    copyText: (text: string) => done.push(`copy ${text}`),
  };
  const enabled = (place: Partial<ClickedPlace>): string[] =>
    contextMenu({ ...nothing, ...place }, actions, isExternalAllowed)
      .filter((item) => item.role !== undefined && item.enabled === true)
      .map((item) => String(item.role));

  it("offers what can be done at the place", () => {
    expect(enabled({})).toEqual(["selectAll"]);
    expect(enabled({ selectionText: "words" })).toEqual(["copy", "selectAll"]);
    const editFlags = { ...nothing.editFlags, canCut: true, canCopy: true, canPaste: true };
    expect(enabled({ isEditable: true, editFlags })).toEqual(["cut", "copy", "paste", "selectAll"]);
  });

  it("offers links that may be opened, and no others", () => {
    const items = contextMenu(
      { ...nothing, linkURL: "https://example.com/" },
      actions,
      isExternalAllowed,
    );
    for (const label of ["Open link", "Copy link"]) press(labelled(items, label));
    expect(done).toEqual(["open https://example.com/", "copy https://example.com/"]);
    for (const linkURL of ["file:///etc/passwd", "javascript:alert(1)", "app://hearth/"]) {
      const refused = contextMenu({ ...nothing, linkURL }, actions, isExternalAllowed);
      expect(labelled(refused, "Open link")).toBeUndefined();
    }
  });
});
