import { readFileSync } from "node:fs";
import { transform } from "lightningcss";
import { describe, expect, it } from "vitest";
import { contrast, type LinearColor, paintOver, parseOklch } from "./oklch.ts";

const file = new URL("./tokens.css", import.meta.url);
const css = readFileSync(file, "utf8").replaceAll(/\/\*[^]*?\*\//g, "");

function declarations(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  expect(start, `${selector} in tokens.css`).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf("{", start) + 1, css.indexOf("}", start));
  const pairs = body
    .split(";")
    .map((line) => line.split(":").map((part) => part.trim().replaceAll(/\s+/g, " ")))
    .filter((parts): parts is [string, string] => parts.length === 2);
  return new Map(pairs);
}

const light = declarations(":root");
const dark = declarations(':root[data-theme="dark"]');
const systemDark = declarations(':root:not([data-theme="light"], [data-theme="dark"])');

const surfaces = ["--surface-sunken", "--surface", "--surface-raised", "--surface-control"];
const meta = ["--text-muted", "--accent-text", "--ok-text", "--warn-text", "--bad-text"];
const code = [
  "--code-keyword",
  "--code-string",
  "--code-number",
  "--code-name",
  "--code-type",
  "--code-comment",
];

/** Text, what it stands on (first the overlay, if any, then the surface) and the least contrast. */
const pairs: [text: string, under: string[], least: number][] = [
  ...surfaces.map((surface): [string, string[], number] => ["--text", [surface], 7]),
  ...["--fill-hover", "--fill-active", "--fill-selected", "--accent-tint", "--bad-tint"].flatMap(
    (fill): [string, string[], number][] =>
      surfaces.map((surface) => ["--text", [fill, surface], 7]),
  ),
  ...meta.flatMap((text): [string, string[], number][] =>
    surfaces.map((surface) => [text, [surface], 4.5]),
  ),
  ...surfaces.map((surface): [string, string[], number] => [
    "--text-muted",
    ["--fill-selected", surface],
    4.5,
  ]),
  ...["ok", "warn", "bad"].flatMap((tone): [string, string[], number][] =>
    ["--surface-sunken", "--surface", "--surface-raised"].map((surface) => [
      `--${tone}-text`,
      [`--${tone}-tint`, surface],
      4.5,
    ]),
  ),
  ["--accent-text", ["--accent-tint", "--surface"], 4.5],
  ...code.map((text): [string, string[], number] => [text, ["--code-surface"], 4.5]),
  ["--text", ["--code-surface"], 7],
  ["--text", ["--surface-segment"], 7],
  ["--text-inverse", ["--surface-inverse"], 7],
  ...["--accent", "--accent-hover", "--accent-active"].map((fill): [string, string[], number] => [
    "--accent-ink",
    [fill],
    4.5,
  ]),
  ...["--bad", "--bad-hover", "--bad-active"].map((fill): [string, string[], number] => [
    "--bad-ink",
    [fill],
    4.5,
  ]),
  ...surfaces.map((surface): [string, string[], number] => ["--focus", [surface], 3]),
];

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s theme", (_name, theme) => {
  const color = (token: string): LinearColor => {
    const value = theme.get(token);
    if (value === undefined) throw new Error(`${token} is not set`);
    return parseOklch(value);
  };

  it.each(pairs)("%s on %j reaches %d:1", (text, under, least) => {
    const base = color(under[under.length - 1] ?? "");
    const ground = under.length === 2 ? paintOver(color(under[0] ?? ""), base) : base;
    expect(contrast(color(text), ground)).toBeGreaterThanOrEqual(least);
  });
});

describe("the tokens", () => {
  it("know black and white", () => {
    expect(contrast(parseOklch("oklch(1 0 0)"), parseOklch("oklch(0 0 0)"))).toBeCloseTo(21, 3);
  });

  it("are dark in the same way by choice and by the system", () => {
    expect([...systemDark]).toEqual([...dark]);
  });

  it("set in dark no colour that light lacks", () => {
    expect([...dark.keys()].filter((token) => !light.has(token))).toEqual([]);
  });

  it("get a fallback for engines without OKLCH", () => {
    const { code: built } = transform({
      filename: "tokens.css",
      code: readFileSync(file),
      targets: { chrome: 108 << 16 },
    });
    // Outside @supports (which Chromium 108 answers with no) nothing newer than sRGB may be left.
    const plain = built.toString().replaceAll(/@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "");
    expect(plain).not.toMatch(/oklch\(|lab\(|color-mix\(|color\(/);
    expect(plain).toMatch(/--accent: #[0-9a-f]{6};/);
  });
});
