import type { ReactNode } from "react";
import { CitationMark, Markdown, ReasoningBlock } from "../ui/index.ts";
import { Section } from "./Gallery.tsx";

const nothing = (): void => undefined;

const answer = `## Why C4 plants do well in heat

C4 plants **concentrate carbon dioxide** around Rubisco before it is fixed, so that little is lost to *photorespiration* [1]. Maize, sugar cane and sorghum are the best known of them [2], and a made-up source stays plain [9].

1. The first fixation happens in the mesophyll, by \`PEP carboxylase\`.
2. Malate moves to the bundle sheath.
   - There carbon dioxide is released.
   - Rubisco fixes it again.

| Plant | Type | Water per gram |
|:------|:-----|------:|
| Maize | C4 | 350 g |
| Wheat | C3 | 540 g |

> The gain is largest where it is hot and dry.

\`\`\`python
def fix(co2: float, heat: float = 25.0) -> str:
    # C4 wins above about 30 degrees
    return "C4" if heat > 30 else "C3"
\`\`\`

- [x] Read the chapter
- [ ] Check [the table](https://example.test/table?id=3)

### A picture that was not loaded

![Leaf section](https://example.test/leaf.png)

---

The end.`;

const citation = (number: number): ReactNode => (
  <CitationMark
    number={number}
    label={`Citation ${number}: plants.pdf, page 12`}
    onOpen={nothing}
    preview="“C4 plants concentrate carbon dioxide.” plants.pdf, page 12"
  />
);

export function Reading(): ReactNode {
  return (
    <>
      <Section title="Reasoning">
        <ReasoningBlock text="" live onOpenLink={nothing} />
        <ReasoningBlock
          text="The user asks about plants."
          live={false}
          durationMs={4_200}
          onOpenLink={nothing}
        />
        <ReasoningBlock
          defaultOpen
          text={
            "The user asks about C4 plants.\n\nI should compare them with **C3** plants and name examples."
          }
          live={false}
          durationMs={72_000}
          onOpenLink={nothing}
        />
      </Section>
      <Section title="Markdown">
        <Markdown text={answer} onOpenLink={nothing} citations={[1, 2]} renderCitation={citation} />
      </Section>
      <Section title="Markdown, still coming">
        <Markdown
          streaming
          text={"A half-open fence is code:\n\n```ts\nconst warm = true;\nif (warm"}
          onOpenLink={nothing}
        />
        <Markdown streaming text={"The answer is still **being written"} onOpenLink={nothing} />
      </Section>
    </>
  );
}
