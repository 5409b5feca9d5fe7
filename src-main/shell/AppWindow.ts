import path from "node:path";
import {
  BrowserWindow,
  clipboard,
  Menu,
  nativeTheme,
  screen,
  type RenderProcessGoneDetails,
} from "electron";
import { preloadPath, resourcesDir } from "../paths/entries.ts";
import { Breaker } from "../supervisor/Breaker.ts";
import { startPage } from "./appScheme.ts";
import { contextMenu } from "./menus.ts";
import { openExternal } from "./openExternal.ts";
import { isExternalAllowed } from "./rules.ts";
import {
  fitBounds,
  leastSize,
  loadWindowState,
  saveWindowState,
  themeSchema,
  type Rectangle,
} from "./windowState.ts";

const saveDelayMs = 500;

/** The preferences of every window, which the tests read back from the living one. */
export const webPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  // Middle clicks would open windows past the page's own handling.
  disableBlinkFeatures: "Auxclick",
} as const;

/** Opens the window where it was, in the colours that it will have. */
export function openAppWindow(stateFolder: string, withDevTools: boolean): BrowserWindow {
  const saved = loadWindowState(stateFolder);
  nativeTheme.themeSource = saved.theme;
  const window = new BrowserWindow({
    ...fitBounds(saved.bounds, workAreas()),
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    title: "Hearth",
    icon: path.join(resourcesDir(), "icons", "icon.png"),
    backgroundColor: backgroundColor(),
    webPreferences: { ...webPreferences, preload: preloadPath(), devTools: withDevTools },
  });
  if (saved.maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  keepState(window, stateFolder);
  nativeTheme.on("updated", () => {
    if (!window.isDestroyed()) window.setBackgroundColor(backgroundColor());
  });
  const { webContents } = window;
  webContents.on("context-menu", (_event, place) => {
    const actions = {
      openLink: (url: string) => void openExternal(url),
      copyText: (text: string) => clipboard.writeText(text),
    };
    Menu.buildFromTemplate(contextMenu(place, actions, isExternalAllowed)).popup({ window });
  });
  reloadAfterCrash(window);
  void webContents.loadURL(startPage);
  return window;
}

/**
 * Has menus, dialogs and the window's ground follow the theme that the page shows. It is kept at
 * once, so that the next window has its colours before its page can say them.
 */
export function followTheme(stateFolder: string, chosen: unknown): void {
  const { success, data: theme } = themeSchema.safeParse(chosen);
  if (!success) return;
  nativeTheme.themeSource = theme;
  const saved = loadWindowState(stateFolder);
  if (saved.theme !== theme) saveWindowState(stateFolder, { ...saved, theme });
}

/** The page's own ground colours, so that nothing flashes before it is painted. */
export function backgroundColor(dark: boolean = nativeTheme.shouldUseDarkColors): string {
  return dark ? "#181613" : "#fdfbfa";
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const first = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
  return [first.workArea, ...others.map(({ workArea }) => workArea)];
}

function keepState(window: BrowserWindow, folder: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    saveWindowState(folder, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      theme: nativeTheme.themeSource,
    });
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, saveDelayMs);
  };
  window.on("resize", later);
  window.on("move", later);
  nativeTheme.on("updated", later);
  window.on("close", save);
  window.on("closed", () => {
    clearTimeout(timer);
    nativeTheme.removeListener("updated", later);
  });
}

/** A page that died is loaded again; one that keeps dying stays as it is, and can be closed. */
function reloadAfterCrash(window: BrowserWindow): void {
  const breaker = new Breaker();
  window.webContents.on("render-process-gone", (_event, details: RenderProcessGoneDetails) => {
    if (details.reason === "clean-exit") return;
    console.error(`The window's page ended: ${details.reason}.`);
    breaker.died();
    if (!breaker.open && !window.isDestroyed()) void window.webContents.loadURL(startPage);
  });
}
