import { contextBridge, ipcRenderer } from "electron";
import { pageChannels, shellChannels } from "./channels.ts";
import { filePathOf } from "./electronPreloadAdapter.ts";
import type { HearthBridge } from "../rpc/HearthBridge.ts";

// Runs in the page's process, in a world of its own. It holds no rights: each request is judged in
// the main process. Frames cross as text, so that only their two ends parse them.

/** Counts the page's connections, so that what is late from one is not taken for the next. */
let connection = 0;
let receiver: (frame: unknown) => void = () => {};
let closedListener: () => void = () => {};

ipcRenderer.on(shellChannels.frame, (_event, of: number, text: string) => {
  if (of === connection) receiver(JSON.parse(text));
});
ipcRenderer.on(shellChannels.engineClosed, (_event, of: number) => {
  if (of === connection) closedListener();
});

/** Asks without waiting. Where the main process refuses, it closes the connection, which is heard. */
function tell(channel: string, ...values: unknown[]): void {
  ipcRenderer.invoke(channel, ...values).catch((error: unknown) => console.error(error));
}

/** @param listener takes what the main process sends on this channel, whose type it knows */
function listen(channel: string, listener: (value: never) => void): () => void {
  const heard = (_event: unknown, value: unknown): void => listener(value as never);
  ipcRenderer.on(channel, heard);
  return () => ipcRenderer.removeListener(channel, heard);
}

const bridge: HearthBridge = {
  postFrame: (frame) => tell(pageChannels.postFrame, connection, JSON.stringify(frame)),
  onFrame: (next) => (receiver = next),
  onEngineClosed: (listener) => (closedListener = listener),
  openEngine: () => tell(pageChannels.openEngine, ++connection),
  closeEngine: () => tell(pageChannels.closeEngine, connection),
  pathForFile: filePathOf,
  openExternal: async (url) => {
    await ipcRenderer.invoke(pageChannels.openExternal, url);
  },
  onEngineStatus: (listener) => listen(shellChannels.engineStatus, listener),
  retryEngine: () => tell(pageChannels.retryEngine),
  onCommand: (listener) => listen(shellChannels.command, listener),
  setTheme: (theme) => tell(pageChannels.setTheme, theme),
};

contextBridge.exposeInMainWorld("hearth", bridge);
