import { expect, it } from "vitest";
import { languageName } from "./languageName.ts";

it.each([
  ["de", "German"],
  ["", ""],
  ["deu", "German"],
  ["fra", "French"],
  ["chi_sim", "Chinese (sim)"],
  ["Fraktur", "Fraktur"],
  ["qqx", "qqx"],
])("%s is %s", (name, expected) => {
  expect(languageName(name, "en")).toBe(expected);
});
