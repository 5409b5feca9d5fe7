import { describe, expect, it } from "vitest";
import { makeMixedPdf } from "../../ocr/fixtures/makeScan.ts";
import { makePages, textContent } from "../fixtures/makePdf.ts";
import { readBytes } from "../readBytes.ts";
import type { ReadPage } from "../Reader.ts";
import { leastQuality } from "../textQuality.ts";
import { pictureShare } from "./pictureShare.ts";

// As pdf.js numbers them; only that they differ matters here.
const ops = {
  save: 1,
  restore: 2,
  transform: 3,
  paintFormXObjectBegin: 4,
  paintFormXObjectEnd: 5,
  constructPath: 6,
  showText: 7,
  shadingFill: 8,
  rawFillPath: 9,
  endPath: 28,
  fill: 22,
} as unknown as Parameters<typeof pictureShare>[1];
type Operation = [keyof typeof ops, ...unknown[]];

function share(...operations: Operation[]): number {
  const list = {
    fnArray: operations.map(([name]) => ops[name]),
    argsArray: operations.map(([, ...args]) => args),
  };
  return pictureShare(list, ops, [1, 0, 0, -1, 0, 800], { width: 600, height: 800 });
}

describe("pictureShare", () => {
  const whole: Operation = ["transform", 600, 0, 0, 800, 0, 0];
  it.each([
    ["a picture over all", [["save"], whole, ["restore"]], 1],
    ["a picture without saving before", [whole], 1],
    ["a clipped one", [["save"], whole, ["constructPath", 28], ["restore"]], 1],
    [
      "strips of one",
      [
        ["save"],
        ["transform", 600, 0, 0, 400, 0, 0],
        ["restore"],
        ["save"],
        ["transform", 600, 0, 0, 400, 0, 400],
        ["restore"],
      ],
      1,
    ],
    [
      "one within another space",
      [
        ["save"],
        ["transform", 2, 0, 0, 2, 0, 0],
        ["save"],
        ["transform", 150, 0, 0, 400, 0, 0],
        ["restore"],
        ["restore"],
      ],
      0.5,
    ],
    [
      "one in a form",
      [
        ["paintFormXObjectBegin", [1, 0, 0, 1, 0, 0]],
        ["save"],
        whole,
        ["restore"],
        ["paintFormXObjectEnd"],
      ],
      1,
    ],
    ["one on its side", [["save"], ["transform", 0, 800, -600, 0, 600, 0], ["restore"]], 1],
    [
      "one that hangs over the edge",
      [["save"], ["transform", 600, 0, 0, 800, 300, 0], ["restore"]],
      0.5,
    ],
    ["a space in which text stands", [["save"], whole, ["showText", []], ["restore"]], 0],
    ["a space that is filled", [["save"], whole, ["constructPath", 22], ["restore"]], 0],
    ["nothing", [], 0],
  ] as [string, Operation[], number][])("of %s", (_name, operations, expected) => {
    expect(share(...operations)).toBeCloseTo(expected);
  });

  it("tells a scan with a stamp from a title page", async () => {
    // Reading never decodes the picture, so its bytes need not be one.
    const jpeg = Buffer.from("not decoded");
    const stamped = makeMixedPdf([{ jpeg, width: 1654, height: 2339, stamp: "Sheet 4 of 17" }]);
    const title = makePages([textContent(["Sheet 4 of 17"])]);
    const qualities: (number | undefined)[] = [];
    for (const bytes of [stamped, title]) {
      const pages: ReadPage[] = [];
      await readBytes(bytes, "a.pdf", (page) => void pages.push(page), { pictures: true });
      expect(pages[0]?.text).toBe("Sheet 4 of 17");
      qualities.push(pages[0]?.quality);
    }
    expect(qualities[0]).toBeLessThan(leastQuality);
    expect(qualities[1]).toBe(1);
  });
});
