import path from "node:path";
import { describe, expect, it } from "vitest";
import { homeDir } from "./homeDir.ts";

const base = { argv: [], env: {}, platform: "linux", userDir: "/users/ann" };

describe("homeDir", () => {
  it.each([
    ["linux", {}, "/users/ann/.local/share/hearth"],
    ["linux", { XDG_DATA_HOME: "/data" }, "/data/hearth"],
    ["linux", { XDG_DATA_HOME: "data" }, "/users/ann/.local/share/hearth"],
    ["linux", { XDG_DATA_HOME: "" }, "/users/ann/.local/share/hearth"],
    ["darwin", { XDG_DATA_HOME: "/data" }, "/users/ann/Library/Application Support/Hearth"],
    ["win32", { LOCALAPPDATA: "/users/ann/Local" }, "/users/ann/Local/Hearth"],
    ["win32", {}, "/users/ann/AppData/Local/Hearth"],
    ["linux", { HEARTH_HOME: "/elsewhere", XDG_DATA_HOME: "/data" }, "/elsewhere"],
    ["linux", { HEARTH_HOME: "" }, "/users/ann/.local/share/hearth"],
  ])("on %s with %j is %s", (platform, env, expected) => {
    expect(homeDir({ ...base, platform, env })).toBe(expected);
  });

  it.each([
    [["--home", "/here"], "/here"],
    [["serve", "--home=/here"], "/here"],
    [["serve", "--home", "here"], path.resolve("here")],
    [["--home", "/here", "--home", "/there"], "/here"],
    [["--home"], "/from-env"],
    [["--", "--home", "/here"], "/from-env"],
  ])("with %j is %s", (argv, expected) => {
    expect(homeDir({ ...base, argv, env: { HEARTH_HOME: "/from-env" } })).toBe(expected);
  });
});
