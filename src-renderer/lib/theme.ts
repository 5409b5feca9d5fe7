import { create } from "zustand";
import { desktopBridge } from "../api/bridge.ts";

/** What the user chose; "system" follows the desktop. */
export type ThemePreference = "system" | "light" | "dark";
export const themePreferences: readonly ThemePreference[] = ["system", "light", "dark"];

const key = "hearth.theme";

function readPreference(): ThemePreference {
  try {
    const stored = globalThis.localStorage?.getItem(key);
    return themePreferences.find((preference) => preference === stored) ?? "system";
  } catch {
    // Storage may be forbidden; the system's theme is then the right one.
    return "system";
  }
}

/**
 * Sets the theme on the page. tokens.css does the rest: without the attribute the system decides,
 * and it keeps deciding while the window is open.
 */
function showTheme(preference: ThemePreference): void {
  if (typeof document === "undefined") return;
  if (preference === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = preference;
}

interface ThemeState {
  readonly preference: ThemePreference;
  /**
   * Shows the theme now and at the next start. The local copy is what the page's first paint uses; the
   * desktop's shell keeps one of its own for the window around it.
   */
  setPreference(preference: ThemePreference): void;
}

export const useTheme = create<ThemeState>((set) => ({
  preference: readPreference(),
  setPreference(preference) {
    showTheme(preference);
    desktopBridge()?.setTheme(preference);
    try {
      globalThis.localStorage?.setItem(key, preference);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the window.
    }
    set({ preference });
  },
}));

/** Call before the first render, so that no wrong theme flashes. */
export function startTheme(): void {
  showTheme(useTheme.getState().preference);
}
