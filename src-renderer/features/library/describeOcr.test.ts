import { describe, expect, it } from "vitest";
import type { PageRange } from "../../../src-main/contract/pageRanges.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { describeOcr } from "./describeOcr.ts";

function describeRow(recognized: PageRange[], unreadable: PageRange[]): readonly string[] {
  return describeOcr({ recognized, unreadable, pages: 20 }, getStrings());
}

describe("describeOcr", () => {
  it("says nothing of a document that tells its text", () => {
    expect(describeRow([], [])).toEqual(["", ""]);
  });

  it("names the pages", () => {
    expect(describeRow([[2, 2]], [[7, 8]])).toEqual([
      "text recognised (OCR) on page 2",
      "pages 7–8 unreadable",
    ]);
  });

  it("names no pages where it was all of them", () => {
    expect(describeRow([[1, 20]], [])[0]).toBe("text recognised (OCR)");
  });

  it("leaves out what a row has no room for", () => {
    const odd = [1, 3, 5, 7, 9, 11].map((page): PageRange => [page, page]);
    expect(describeRow(odd, [])[0]).toBe("text recognised (OCR) on pages 1, 3, 5, 7, …");
  });
});
