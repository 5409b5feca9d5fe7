import type { HearthBridge } from "../../src-main/rpc/HearthBridge.ts";

declare global {
  interface Window {
    /** What the preload script of the desktop app puts into the page; absent in a browser. */
    readonly hearth?: HearthBridge;
  }
}

/** The desktop's functions, or undefined in a browser. */
export function desktopBridge(): HearthBridge | undefined {
  return typeof window === "undefined" ? undefined : window.hearth;
}

/** Opens a link outside Hearth, by what the face has for it. */
export function openLink(url: string): void {
  const bridge = desktopBridge();
  if (bridge) void bridge.openExternal(url);
  else window.open(url, "_blank", "noopener,noreferrer");
}
