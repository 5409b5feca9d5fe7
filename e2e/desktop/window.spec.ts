import type { ElectronApplication, Page } from "@playwright/test";
import fs from "node:fs/promises";
import path from "node:path";
import { HearthPage } from "../support/HearthPage.ts";
import { launchDesktop, type RunningDesktop } from "../support/launchDesktop.ts";
import { expect, fixturesDir, test as base } from "../support/test.ts";

const test = base.extend<{ desktop: RunningDesktop }>({
  desktop: async ({ home }, provide) => {
    const desktop = await launchDesktop(home);
    await provide(desktop);
    await desktop.close();
  },
});

/** The labels of all entries, menu by menu. */
async function menuLabels(electron: ElectronApplication): Promise<string[]> {
  return await electron.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).flatMap(({ label, submenu }) =>
      (submenu?.items ?? [])
        .filter((item) => item.type !== "separator" && item.visible)
        .map((item) => `${label} > ${item.label}`),
    ),
  );
}

/** Chooses an entry of the native menu as a click on it does. */
async function choose(electron: ElectronApplication, entry: string): Promise<void> {
  await electron.evaluate(({ BrowserWindow, Menu }, wanted) => {
    const [window] = BrowserWindow.getAllWindows();
    for (const { label, submenu } of Menu.getApplicationMenu()?.items ?? []) {
      for (const item of submenu?.items ?? []) {
        if (`${label} > ${item.label}` !== wanted) continue;
        item.click(undefined, window, window?.webContents);
        return;
      }
    }
    throw new Error(`There is no entry ${wanted}.`);
  }, entry);
}

interface Seen {
  electron: ElectronApplication;
  page: Page;
  hearth: HearthPage;
  entry: string;
}

/** What is to be seen when an entry is chosen; one for every entry of the menu. */
const entries: Record<string, (seen: Seen) => Promise<void>> = {
  "File > Settings…": async ({ electron, page, entry }) => {
    await choose(electron, entry);
    await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  },
  "File > New chat": async ({ electron, hearth, entry }) => {
    await expect(hearth.composer).toBeHidden();
    await choose(electron, entry);
    await expect(hearth.composer).toBeVisible();
  },
  "File > Add documents…": async ({ electron, hearth, entry }) => {
    const file = path.join(fixturesDir, "tidewater-ferry-report.pdf");
    await electron.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, file);
    await choose(electron, entry);
    await hearth.openLibrary();
    await expect(hearth.row(path.basename(file))).toContainText("5 pages", { timeout: 60_000 });
    await hearth.newChat();
  },
  "Edit > Select All": async ({ electron, page, hearth, entry }) => {
    await hearth.composer.fill("Some words");
    await hearth.composer.press("End");
    await choose(electron, entry);
    await expect.poll(async () => await selectedText(page)).toBe("Some words");
  },
  "Edit > Copy": async ({ electron, hearth, entry }) => {
    await electron.evaluate(({ clipboard }) => clipboard.clear());
    await choose(electron, entry);
    await expect.poll(async () => await clipboardText(electron)).toBe("Some words");
    await expect(hearth.composer).toHaveValue("Some words");
  },
  "Edit > Cut": async ({ electron, hearth, entry }) => {
    await electron.evaluate(({ clipboard }) => clipboard.clear());
    await choose(electron, entry);
    await expect(hearth.composer).toHaveValue("");
    expect(await clipboardText(electron)).toBe("Some words");
  },
  "Edit > Undo": async ({ electron, hearth, entry }) => {
    await choose(electron, entry);
    await expect(hearth.composer).toHaveValue("Some words");
  },
  "Edit > Redo": async ({ electron, hearth, entry }) => {
    await choose(electron, entry);
    await expect(hearth.composer).toHaveValue("");
  },
  "Edit > Paste": async ({ electron, hearth, entry }) => {
    await choose(electron, entry);
    await expect(hearth.composer).toHaveValue("Some words");
  },
  "Edit > Paste and Match Style": async ({ electron, hearth, entry }) => {
    await choose(electron, entry);
    await expect(hearth.composer).toHaveValue("Some wordsSome words");
  },
  "View > Zoom In": async ({ electron, entry }) => {
    await choose(electron, entry);
    await expect.poll(async () => await zoomOf(electron)).toBeGreaterThan(1);
  },
  "View > Actual Size": async ({ electron, entry }) => {
    await choose(electron, entry);
    await expect.poll(async () => await zoomOf(electron)).toBe(1);
  },
  "View > Zoom Out": async ({ electron, entry }) => {
    await choose(electron, entry);
    await expect.poll(async () => await zoomOf(electron)).toBeLessThan(1);
    await choose(electron, "View > Actual Size");
  },
  "View > Toggle Full Screen": async ({ electron, entry }) => {
    const asked = await watched(electron, "setFullScreen");
    await choose(electron, entry);
    await expect.poll(asked).toEqual([true]);
  },
  "View > Toggle Developer Tools": async ({ electron, entry }) => {
    await choose(electron, entry);
    await expect.poll(async () => await toolsAreOpen(electron)).toBe(true);
    await choose(electron, entry);
    await expect.poll(async () => await toolsAreOpen(electron)).toBe(false);
  },
  "Window > Minimize": async ({ electron, entry }) => {
    const asked = await watched(electron, "minimize");
    await choose(electron, entry);
    await expect.poll(asked).toHaveLength(1);
  },
  "Help > Keyboard shortcuts": async ({ electron, page, entry }) => {
    await choose(electron, entry);
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  },
  "Help > About": async ({ electron, entry }) => {
    await electron.evaluate(({ app }) => {
      app.showAboutPanel = () => void Object.assign(globalThis, { aboutShown: true });
    });
    await choose(electron, entry);
    const shown = (): Promise<unknown> =>
      electron.evaluate(() => (globalThis as { aboutShown?: boolean }).aboutShown);
    await expect.poll(shown).toBe(true);
  },
  "Window > Close": async ({ electron, page, entry }) => {
    // Without a window the app ends too, which is what the last entry is seen by.
    await electron.evaluate(({ app }) => app.removeAllListeners("window-all-closed"));
    await electron.evaluate(({ app }) => void app.on("window-all-closed", () => {}));
    const closed = page.waitForEvent("close");
    await choose(electron, entry);
    await closed;
  },
  "File > Quit": async ({ electron, entry }) => {
    const ended = electron.waitForEvent("close");
    await choose(electron, entry);
    await ended;
  },
};

test("every entry of the native menu does what it says", async ({ desktop, home }) => {
  const { electron, page } = desktop;
  const hearth = new HearthPage(desktop, home);
  await hearth.ready();
  const labels = await menuLabels(electron);
  expect(labels.toSorted()).toEqual(Object.keys(entries).toSorted());
  for (const [entry, see] of Object.entries(entries)) {
    await test.step(entry, async () => await see({ electron, page, hearth, entry }));
  }
});

test("a theme that was chosen is the window's own at the next start", async ({ home }) => {
  const first = await launchDesktop(home);
  await new HearthPage(first, home).ready();
  const system = await groundOf(first);
  await choose(first.electron, "File > Settings…");
  // Whatever the system has, one of the two is not it.
  const [name, theme] = system === darkGround ? ["Light", "light"] : ["Dark", "dark"];
  await first.page.getByRole("radio", { name }).click();
  await expect.poll(async () => await themeSource(first)).toBe(theme);
  await expect.poll(async () => await groundOf(first)).not.toBe(system);
  const kept = path.join(home, "shell", "window.json");
  expect(JSON.parse(await fs.readFile(kept, "utf8"))).toMatchObject({ theme });
  const chosen = await groundOf(first);
  await first.close();

  const second = await launchDesktop(home);
  expect(await themeSource(second)).toBe(theme);
  expect(await groundOf(second)).toBe(chosen);
  const dark = await second.electron.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors);
  expect(dark).toBe(theme === "dark");
  await second.close();
});

const darkGround = "#181613";

async function selectedText(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const field = document.activeElement;
    if (!(field instanceof HTMLTextAreaElement)) return "";
    return field.value.slice(field.selectionStart, field.selectionEnd);
  });
}

async function clipboardText(electron: ElectronApplication): Promise<string> {
  return await electron.evaluate(({ clipboard }) => clipboard.readText());
}

async function zoomOf(electron: ElectronApplication): Promise<number> {
  return await electron.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 0,
  );
}

async function toolsAreOpen(electron: ElectronApplication): Promise<boolean> {
  return await electron.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened() ?? false,
  );
}

/**
 * Listens to a method of the window instead of running it, as a display without a window manager
 * does nothing for it. @returns what it was called with
 */
async function watched(
  electron: ElectronApplication,
  method: "setFullScreen" | "minimize",
): Promise<() => Promise<unknown[]>> {
  await electron.evaluate(({ BrowserWindow }, name) => {
    const [window] = BrowserWindow.getAllWindows();
    const calls: unknown[] = [];
    Object.assign(globalThis, { [name]: calls });
    if (window) Object.assign(window, { [name]: (flag: unknown) => calls.push(flag) });
  }, method);
  return () =>
    electron.evaluate(
      (_electron, name) => (globalThis as unknown as Record<string, unknown[]>)[name] ?? [],
      method,
    );
}

async function groundOf({ electron }: RunningDesktop): Promise<string> {
  return await electron.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBackgroundColor().toLowerCase() ?? "",
  );
}

async function themeSource({ electron }: RunningDesktop): Promise<string> {
  return await electron.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
}
