import fs from "node:fs";
import path from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { UiProvider } from "../UiProvider.tsx";
import { Markdown } from "./Markdown.tsx";

const file = path.resolve(
  import.meta.dirname,
  "../../../src-main/engine/eval/answers/sets/injections.json",
);
const { patterns } = JSON.parse(fs.readFileSync(file, "utf8")) as {
  patterns: { technique: string; order: string }[];
};

/** All that a page fetches, sends or runs by itself, or that leads away without being asked. */
const live =
  /<(?:script|iframe|object|embed|link|meta|base|form|style|video|audio|svg:image)\b|<img\b[^>]*src="(?!data:)|<[^>]*\s(?:href|srcset|action|formaction|poster|background|on\w+)=/iu;

describe("an answer that follows an order of a document", () => {
  it.each(patterns.map(({ order }) => [order] as const))("loads nothing: %s", (order) => {
    const opened: string[] = [];
    // Whole, as it streams, and with what stands before it in an answer.
    const cuts = [order, `> A quote. [1]\n\n${order}`, ...prefixes(order)];
    for (const [at, text] of cuts.entries()) {
      const html = renderToStaticMarkup(
        <UiProvider>
          <Markdown
            text={text}
            streaming={at > 1}
            citations={[1]}
            onOpenLink={(url) => opened.push(url)}
          />
        </UiProvider>,
      );
      expect(withoutIcons(html)).not.toMatch(live);
    }
    expect(opened).toEqual([]);
  });

  it("is tested with orders that would do harm", () => {
    expect(patterns.length).toBeGreaterThanOrEqual(50);
    // Shown by a plain Markdown renderer, many of them would load or lead somewhere.
    const harmful = patterns.filter(({ order }) =>
      /https?:|javascript:|onerror|<(?:script|iframe|meta)/u.test(order),
    );
    expect(harmful.length).toBeGreaterThanOrEqual(12);
    for (const sample of [
      '<img src="https://evil.test/x">',
      '<a href="https://evil.test/">x</a>',
      "<script>x</script>",
      '<p onclick="x">',
    ]) {
      expect(sample).toMatch(live);
    }
  });
});

function prefixes(text: string): string[] {
  return Array.from({ length: 12 }, (_, at) =>
    text.slice(0, Math.ceil((text.length * (at + 1)) / 13)),
  );
}

/** Hearth's own icons are drawings in the page. */
function withoutIcons(html: string): string {
  return html.replace(/<svg\b.*?<\/svg>/gsu, "");
}
