import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const leastSize = { width: 480, height: 400 };
const usualSize = { width: 1200, height: 800 };
/** So much of a window must be on some display that it can be seen and moved. */
const leastVisible = { width: 160, height: 60 };

export const themeSchema = z.enum(["system", "light", "dark"]);

const windowStateSchema = z.object({
  bounds: z
    .object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
    .nullable()
    .catch(null),
  maximized: z.boolean().catch(false),
  theme: themeSchema.catch("system"),
});
export type WindowState = z.infer<typeof windowStateSchema>;

/**
 * Where a window opens. A place that was saved is taken where it can be seen, as displays come and
 * go; otherwise the window opens in the middle of the first display.
 * @param workAreas of all displays, the first one first
 */
export function fitBounds(
  saved: Rectangle | null,
  workAreas: readonly [Rectangle, ...Rectangle[]],
): Rectangle {
  if (saved) {
    const home = workAreas.find((area) => canBeSeen(saved, area));
    if (home) {
      const width = clamp(saved.width, leastSize.width, home.width);
      const height = clamp(saved.height, leastSize.height, home.height);
      // The top edge is what one takes hold of.
      return { x: saved.x, y: Math.max(saved.y, home.y), width, height };
    }
  }
  const [first] = workAreas;
  const wanted = saved ?? usualSize;
  const width = clamp(wanted.width, leastSize.width, first.width);
  const height = clamp(wanted.height, leastSize.height, first.height);
  return {
    x: first.x + Math.round((first.width - width) / 2),
    y: first.y + Math.round((first.height - height) / 2),
    width,
    height,
  };
}

function canBeSeen(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  return (
    right - left >= leastVisible.width &&
    window.y >= area.y - leastVisible.height / 2 &&
    window.y + leastVisible.height <= area.y + area.height
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, most), Math.min(least, most));
}

/** The state of the last window; the usual one where there is none that can be read. */
export function loadWindowState(folder: string): WindowState {
  let saved: unknown;
  try {
    saved = JSON.parse(fs.readFileSync(stateFile(folder), "utf8"));
  } catch {
    // The first start, or a file that was cut off: neither is worth a word.
    saved = {};
  }
  const parsed = windowStateSchema.safeParse(saved);
  return parsed.success ? parsed.data : { bounds: null, maximized: false, theme: "system" };
}

/** Keeps the state. Synchronous, because the last chance is while the window closes. */
export function saveWindowState(folder: string, state: WindowState): void {
  const temporary = `${stateFile(folder)}.tmp`;
  try {
    fs.writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(temporary, stateFile(folder));
  } catch (error) {
    // A full disk must not keep a window from closing.
    console.error("The window's place could not be saved.", error);
  }
}

function stateFile(folder: string): string {
  return path.join(folder, "window.json");
}
