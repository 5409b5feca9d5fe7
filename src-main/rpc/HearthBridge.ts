import type { EngineStatus } from "../contract/engineStatus.ts";
import type { Settings } from "../contract/settings.ts";
import type { EngineBridge } from "./bridgePort.ts";

/** What an entry of the native menu asks the page to do. */
export type MenuCommand = "newChat" | "addDocuments" | "settings" | "shortcuts";

/** All that the preload script puts into the page, as `window.hearth`. Nothing in it is generic. */
export interface HearthBridge extends EngineBridge {
  /** Where a dropped or picked file lies; empty for one that is not on disk. */
  pathForFile(file: File): string;
  /** Opens a web or mail address outside Hearth. Rejects for any other. */
  openExternal(url: string): Promise<void>;
  /** Tells what happens to the engine between two connections. Returns how to stop. */
  onEngineStatus(listener: (status: EngineStatus) => void): () => void;
  /** Lets an engine that keeps dying be started again; `openEngine` then does it. */
  retryEngine(): void;
  /** Calls back when an entry of the native menu was chosen. Returns how to stop. */
  onCommand(listener: (command: MenuCommand) => void): () => void;
  /** Makes the window's own parts follow the chosen theme, now and at the next start. */
  setTheme(theme: Settings["theme"]): void;
}

/** The members of {@link HearthBridge}, which the tests compare with what a page really sees. */
export const preloadKeys = [
  "closeEngine",
  "onCommand",
  "onEngineClosed",
  "onEngineStatus",
  "onFrame",
  "openEngine",
  "openExternal",
  "pathForFile",
  "postFrame",
  "retryEngine",
  "setTheme",
] as const satisfies readonly (keyof HearthBridge)[];
