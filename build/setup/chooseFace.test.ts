import { describe, expect, it } from "vitest";
import { chooseFace } from "./chooseFace.ts";

describe("chooseFace", () => {
  it.each([
    [false, "linux", { DISPLAY: ":0" }, "window"],
    [false, "linux", { WAYLAND_DISPLAY: "wayland-0" }, "window"],
    [false, "linux", { DISPLAY: "" }, "web"],
    [false, "linux", {}, "web"],
    [false, "freebsd", {}, "web"],
    [false, "darwin", {}, "window"],
    [false, "win32", {}, "window"],
    [true, "linux", { DISPLAY: ":0" }, "web"],
    [true, "darwin", {}, "web"],
  ])("web %s on %s with %j is a %s", (web, platform, env, face) => {
    expect(chooseFace({ web, platform, env }).face).toBe(face);
  });

  it("says why it is no window", () => {
    expect(chooseFace({ web: false, platform: "linux", env: {} })).toEqual({
      face: "web",
      why: "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)",
    });
  });
});
