import { describe, expect, it } from "vitest";
import { locate } from "../locate.ts";
import type { ReadPage, ReadSummary } from "../Reader.ts";
import { plainLine } from "./plainMarkdown.ts";
import { readMarkdown } from "./readMarkdown.ts";

async function read(source: string): Promise<{ pages: ReadPage[]; summary: ReadSummary }> {
  const pages: ReadPage[] = [];
  const summary = await readMarkdown(
    Uint8Array.from(Buffer.from(source)),
    (page) => void pages.push(page),
    {},
  );
  return { pages, summary };
}

const source = `---
date: 2024-01-01
---
# The *garden* book

Water the roses **twice** a week, see
[the plan](https://example.org/plan "Plan").

Tools
-----

- spade
- rake, which
  is old
* fork

| Month | Task |
|-------|------|
| May   | sow  |

\`\`\`js
const a = 1;

// not a # heading
\`\`\`

### Deep
The end.
`;

describe("readMarkdown", () => {
  it("tells headings, paragraphs, lists, tables and code", async () => {
    const { pages, summary } = await read(source);
    const page = pages[0]!;
    expect(summary).toMatchObject({
      mediaType: "text/markdown",
      title: "The garden book",
      paged: false,
    });
    expect(
      page.blocks.map((block) => [
        block.kind,
        block.level ?? 0,
        page.text.slice(block.start, block.end),
      ]),
    ).toEqual([
      ["heading", 1, "The garden book"],
      ["paragraph", 0, "Water the roses twice a week, see\nthe plan."],
      ["heading", 2, "Tools"],
      ["list", 0, "- spade"],
      ["list", 0, "- rake, which\n  is old"],
      ["list", 0, "* fork"],
      ["table", 0, "| Month | Task |\n|-------|------|\n| May   | sow  |"],
      ["code", 0, "const a = 1;\n\n// not a # heading"],
      ["heading", 3, "Deep"],
      ["paragraph", 0, "The end."],
    ]);
  });

  it("keeps the lines of the file", async () => {
    const { pages } = await read(source);
    const page = pages[0]!;
    const lines = source.split("\n");
    expect(page.text.split("\n")).toHaveLength(lines.length);
    const at = page.text.indexOf("const a = 1");
    expect(locate([{ page, start: at, end: at + 5 }])).toEqual({
      kind: "lines",
      from: lines.indexOf("const a = 1;") + 1,
      to: lines.indexOf("const a = 1;") + 1,
    });
  });

  it("does not cut a long code fence", async () => {
    const code = Array.from({ length: 9000 }, (_, i) =>
      i % 20 === 0 ? "" : `call(${i}); // padding`,
    ).join("\n");
    const { pages } = await read(`# A\n\n\`\`\`\n${code}\n\`\`\`\n\nAfter.\n`);
    expect(pages[0]!.blocks.filter((block) => block.kind === "code")).toHaveLength(1);
  });
});

describe("plainLine", () => {
  it.each([
    ["plain text stays 2 * 3 * 4", "plain text stays 2 * 3 * 4"],
    ["**bold** and *it* and ~~gone~~", "bold and it and gone"],
    ["`a*b*c` stays", "a*b*c stays"],
    ["snake_case_name and _this_", "snake_case_name and this"],
    ["![alt](x.png) [link](http://a/b_(c)) <https://d.e>", "alt link https://d.e"],
    ["[ref][1] and [text]", "ref and [text]"],
    ["## Title ##", "Title"],
    ["a <b>tag</b> &amp; 1 < 2", "a tag &amp; 1 < 2"],
    ["\\*not italic\\*", "*not italic*"],
  ])("%s", (line, plain) => {
    expect(plainLine(line)).toBe(plain);
  });

  it.each(["[", "*", "_", "`", "<a", "![", "**a "])("is quick on many %s", (piece) => {
    const started = performance.now();
    plainLine(piece.repeat(Math.floor(20_000 / piece.length)));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
