import type { EngineBridge } from "../../src-main/rpc/bridgePort.ts";

/** What the preload script of the desktop app puts into the page; absent in a browser. */
export interface HearthBridge extends EngineBridge {
  /** Where a dropped or picked file lies. */
  pathForFile(file: File): string;
  /** Opens a link in the user's browser; the shell checks its scheme. */
  openExternal(url: string): Promise<void>;
  /** Calls back when an entry of the native menu was chosen. Returns how to stop. */
  onCommand(listener: (command: MenuCommand) => void): () => void;
}

/** What the native menu can ask of the page. */
export type MenuCommand = "newChat" | "addDocuments" | "settings" | "shortcuts";

declare global {
  interface Window {
    readonly hearth?: HearthBridge;
  }
}

/** The desktop's functions, or undefined in a browser. */
export function desktopBridge(): HearthBridge | undefined {
  return window.hearth;
}

/** Opens a link outside Hearth, by what the face has for it. */
export function openLink(url: string): void {
  const bridge = desktopBridge();
  if (bridge) void bridge.openExternal(url);
  else window.open(url, "_blank", "noopener,noreferrer");
}
