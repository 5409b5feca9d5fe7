import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReasoningSplitter } from "./ReasoningSplitter.ts";

function split(text: string, cuts: number[], opened = false) {
  const splitter = new ReasoningSplitter(opened ? "behindMark" : "anew");
  const out = { text: "", reasoning: "" };
  const edges = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const edge of [...edges, text.length]) {
    const part = splitter.push(text.slice(from, edge));
    out.text += part.text;
    out.reasoning += part.reasoning;
    from = edge;
  }
  const rest = splitter.end();
  return { text: out.text + rest.text, reasoning: out.reasoning + rest.reasoning };
}

describe("ReasoningSplitter", () => {
  it.each([
    ["plain answer", "", "plain answer"],
    ["<think>\nhm\n</think>\n\nFour.", "hm", "Four."],
    ["\n <think>a<b</think>x", "a<b", "x"],
    ["<think>never closed </thin", "never closed </thin", ""],
    ["<thinking is hard", "", "<thinking is hard"],
    ["Use <think> tags </think>.", "", "Use <think> tags </think>."],
    ["<think></think>empty", "", "empty"],
    ["<", "", "<"],
    ["", "", ""],
  ])("splits %j however it is cut", (text, reasoning, answer) => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (cuts) => {
        const out = split(text, cuts);
        expect(out.text).toBe(answer);
        expect(out.reasoning.trimEnd()).toBe(reasoning);
      }),
    );
  });

  it("starts inside the block where the template opened it", () => {
    expect(split("because</think>Yes.", [3, 9], true)).toEqual({
      text: "Yes.",
      reasoning: "because",
    });
  });
});
