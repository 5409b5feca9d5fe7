import fs from "node:fs";
import path from "node:path";
import { app, BrowserWindow, ipcMain, Menu, protocol, session } from "electron";
import { interfaceRoots } from "../host/staticFiles.ts";
import { homeDir } from "../paths/entries.ts";
import { EngineDoor } from "../supervisor/EngineDoor.ts";
import { followTheme, openAppWindow } from "./AppWindow.ts";
import { answerAppRequest, appScheme } from "./appScheme.ts";
import { shellChannels } from "./channels.ts";
import { serveScheme } from "./electronAdapter.ts";
import type { MenuCommand } from "../rpc/HearthBridge.ts";
import { hostHandlers } from "./hostHandlers.ts";
import { lockContents, lockSession, quietChromium } from "./lockDown.ts";
import { applicationMenu } from "./menus.ts";
import { openExternal } from "./openExternal.ts";
import { listenToPages } from "./PageChannels.ts";
import { RequestReporter } from "./RequestReporter.ts";
import { traceStart } from "./startTrace.ts";
import { WindowLink } from "./WindowLink.ts";

/** The desktop app's main process: windows, and a relay between them and the engine. */

traceStart("the shell runs");
const home = homeDir();
const withDevTools = !app.isPackaged;
// Chromium's own files lie with everything else of this home, which also makes the lock one per home.
const stateFolder = path.join(home, "shell");
fs.mkdirSync(home, { recursive: true, mode: 0o700 });
fs.mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
app.setPath("userData", stateFolder);
app.setName("Hearth");

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  quietChromium(app);
  lockContents(app);
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on("second-instance", () => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on("window-all-closed", () => app.quit());
  app.whenReady().then(ready, (error: unknown) => {
    console.error(error);
    app.exit(1);
  });
}

function ready(): void {
  traceStart("Electron is ready");
  const links = new Map<number, WindowLink>();
  const door = new EngineDoor({
    home,
    onStatus: (status) => {
      traceStart(`the engine is ${status.state}`);
      for (const window of BrowserWindow.getAllWindows()) {
        window.webContents.send(shellChannels.engineStatus, status);
      }
    },
  });
  const reporter = new RequestReporter(door);
  lockSession(session.defaultSession, {
    withDevTools,
    onRefused: (request) => reporter.report(request),
  });
  const roots = interfaceRoots();
  serveScheme(protocol, appScheme, (method, url) => answerAppRequest(roots, method, url));

  listenToPages(ipcMain, (pageId) => links.has(pageId), {
    openEngine: (pageId, connection) => {
      if (isCount(connection)) void links.get(pageId)?.open(connection);
    },
    closeEngine: (pageId, connection) => {
      if (isCount(connection)) links.get(pageId)?.close(connection);
    },
    postFrame: (pageId, connection, text) => {
      if (isCount(connection)) links.get(pageId)?.post(connection, text);
    },
    retryEngine: () => door.retry(),
    openExternal: (_pageId, url) => openExternal(url),
    setTheme: (_pageId, theme) => followTheme(stateFolder, theme),
  });

  const open = (): void => openWindow(door, links);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      applicationMenu({
        platform: process.platform,
        withDevTools,
        run: runInPage,
        showAbout: () => app.showAboutPanel(),
      }),
    ),
  );
  app.on("activate", () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on("before-quit", () => {
    reporter.close();
    for (const link of links.values()) link.dispose();
  });
  open();
}

function openWindow(door: EngineDoor, links: Map<number, WindowLink>): void {
  const window = openAppWindow(stateFolder, withDevTools);
  traceStart("the window is made");
  const { webContents } = window;
  webContents.once("dom-ready", () => traceStart("the page is read"));
  webContents.once("did-finish-load", () => traceStart("the page is loaded"));
  window.once("show", () => traceStart("the window is shown"));
  const pageId = webContents.id;
  const link = new WindowLink({
    door,
    host: hostHandlers(() => (window.isDestroyed() ? undefined : window)),
    send: (channel, ...values) => {
      if (!webContents.isDestroyed() && !webContents.isCrashed()) {
        webContents.send(channel, ...values);
      }
    },
  });
  links.set(pageId, link);
  // A page that is loaded again starts from nothing.
  webContents.on("did-navigate", () => link.dispose());
  webContents.on("render-process-gone", () => link.dispose());
  window.on("closed", () => {
    link.dispose();
    links.delete(pageId);
  });
}

function runInPage(command: MenuCommand): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  window?.webContents.send(shellChannels.command, command);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
