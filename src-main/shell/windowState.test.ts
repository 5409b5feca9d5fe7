import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fitBounds, loadWindowState, saveWindowState, type Rectangle } from "./windowState.ts";

const area = (x: number, y: number, width: number, height: number): Rectangle => ({
  x,
  y,
  width,
  height,
});

describe("fitBounds", () => {
  const one: [Rectangle] = [area(0, 25, 1440, 875)];
  const two: [Rectangle, Rectangle] = [area(0, 25, 1440, 875), area(1440, 0, 1920, 1080)];
  const middle = area(120, 63, 1200, 800);

  it.each([
    ["none is saved", null, one, middle],
    ["it fits", area(100, 100, 900, 700), one, area(100, 100, 900, 700)],
    ["it is on the second display", area(2000, 200, 900, 700), two, area(2000, 200, 900, 700)],
    ["its display is gone", area(2000, 200, 900, 700), one, area(270, 113, 900, 700)],
    ["it is above the screen", area(100, -400, 900, 700), one, area(270, 113, 900, 700)],
    ["it is under the bar", area(100, 0, 900, 700), one, area(100, 25, 900, 700)],
    ["it is below the screen", area(100, 890, 900, 700), one, area(270, 113, 900, 700)],
    ["only an edge is on screen", area(-850, 100, 900, 700), one, area(270, 113, 900, 700)],
    ["half of it is on screen", area(-450, 100, 900, 700), one, area(-450, 100, 900, 700)],
    ["it is larger than the display", area(0, 25, 4000, 3000), one, area(0, 25, 1440, 875)],
    ["it is too small", area(100, 100, 10, 10), one, area(480, 263, 480, 400)],
    ["it is too narrow", area(100, 100, 200, 300), one, area(100, 100, 480, 400)],
  ])("when %s", (_name, saved, areas, expected) => {
    expect(fitBounds(saved, areas)).toEqual(expected);
  });

  it("fits a small display", () => {
    expect(fitBounds(null, [area(0, 0, 800, 480)])).toEqual(area(0, 0, 800, 480));
  });
});

describe("window state", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-window-"));
  });
  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  it("comes back as it was kept", () => {
    const state = { bounds: area(1, 2, 800, 600), maximized: true, theme: "dark" } as const;
    saveWindowState(folder, state);
    expect(loadWindowState(folder)).toEqual(state);
  });

  const usual = { bounds: null, maximized: false, theme: "system" };
  it.each([
    ["nothing", undefined, usual],
    ["half a file", '{"bounds":{"x":1', usual],
    ["another kind of file", "[1,2]", usual],
    ["wrong values", '{"bounds":{"x":"1"},"maximized":1,"theme":"pink"}', usual],
    ["a size of nothing", '{"bounds":{"x":1,"y":1,"width":0,"height":0}}', usual],
    ["one good value", '{"theme":"dark","bounds":{"x":1e99}}', { ...usual, theme: "dark" }],
  ])("takes %s", async (_name, text, expected) => {
    if (text !== undefined) await fs.writeFile(path.join(folder, "window.json"), text);
    expect(loadWindowState(folder)).toEqual(expected);
  });

  it("does not keep a window from closing when it cannot be saved", () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() =>
      saveWindowState(path.join(folder, "gone"), {
        bounds: null,
        maximized: false,
        theme: "system",
      }),
    ).not.toThrow();
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});
