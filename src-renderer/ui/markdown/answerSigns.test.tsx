import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { withSigns } from "../../../src-main/contract/answerSigns.ts";
import type { AnswerSentence } from "../../../src-main/contract/search.ts";
import { UiProvider } from "../UiProvider.tsx";
import { Markdown } from "./Markdown.tsx";

function sentence(text: string, more: Partial<AnswerSentence> = {}): AnswerSentence {
  return { text, supported: "supported", citations: [], missing: [], claims: true, ...more };
}

function render(text: string, sentences: readonly AnswerSentence[] = []): string {
  const markup = renderToStaticMarkup(
    <UiProvider>
      <Markdown
        text={withSigns(text, sentences)}
        onOpenLink={() => undefined}
        citations={[1, 2]}
        renderCitation={(number) => <i>{number}</i>}
        renderVerdict={(verdict) => <b>{verdict}</b>}
      />
    </UiProvider>,
  );
  return markup.replaceAll(/ class="[^"]*"/gu, "");
}

describe("a checked answer in Markdown", () => {
  it("keeps citations on the line of their word", () => {
    expect(render("It is so. [1][2] More.")).toContain(
      "It is <span>so.<i>1</i><i>2</i></span> More.",
    );
  });

  it("underlines what the documents do not carry, and says so behind it", () => {
    const markup = render("True. [1] She has **two** deputies. End.", [
      sentence("True.", { citations: [1] }),
      sentence("She has **two** deputies.", { supported: "unsupported" }),
    ]);
    const doubted = (text: string): string => `<span data-support="unsupported">${text}</span>`;
    expect(markup).toContain(
      `${doubted("She has ")}<strong>${doubted("two")}</strong>${doubted(" ")}` +
        `<span>${doubted("deputies.")}<b>unsupported</b></span> End.`,
    );
  });

  it("flags a word that no evidence holds, in its sentence", () => {
    const markup = render("- It began in 1987.\n- Two.", [
      sentence("It began in 1987.", { supported: "partly", missing: ["1987"] }),
    ]);
    expect(markup).toContain('<span><span data-support="missing">1987</span><b>missing</b></span>');
    expect(markup).toContain("<b>partly</b>");
    expect(markup.match(/<li>/gu)).toHaveLength(2);
  });

  it("shows no sign in code", () => {
    const markup = render("Call `f(1987)` now.", [
      sentence("Call `f(1987)` now.", { supported: "unsupported", missing: ["1987"] }),
    ]);
    expect(markup).toContain("<code>f(1987)</code>");
    expect(markup).not.toMatch(/[\ue000\ue001]/u);
  });
});
