import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkIdSchema } from "../../../contract/ids.ts";
import { alignSentence } from "./alignSentence.ts";
import { answerTypeOf, offersAnswer, wantedBy } from "./answerType.ts";
import { askedFor, without } from "./askedFor.ts";
import { factsIn } from "./facts.ts";
import { gradeEvidence, type EvidencePassage } from "./gradeEvidence.ts";
import { LogisticModel, declineBelow, strengthModel } from "./strengthModel.ts";
import { coverage, stemOf, stemSet, termsOf } from "./terms.ts";

/** Stands in for a model: likeness of meaning is likeness of the words' stems. */
async function embed(texts: readonly string[]): Promise<Float32Array[]> {
  return texts.map((text) => {
    const vector = new Float32Array(256);
    for (const stem of stemSet(text)) {
      let hash = 7;
      for (const letter of stem) hash = (hash * 31 + letter.charCodeAt(0)) % 256;
      vector[hash] = 1;
    }
    return vector;
  });
}

function passage(id: string, sentences: string[]): EvidencePassage {
  const text = sentences.join(" ");
  let at = 0;
  const spans = sentences.map((sentence) => {
    const start = text.indexOf(sentence, at);
    at = start + sentence.length;
    return { start, end: at };
  });
  return {
    chunkId: chunkIdSchema.parse(id),
    text,
    context: "",
    sentences: spans,
  };
}

const bridge = passage("bridge", [
  "The Arlen Bridge crosses the river at Tarrow.",
  "It was opened in 1931 by Mayor Hanna Voss.",
  "The bridge is 412 metres long.",
]);
const bread = passage("bread", ["Bread is baked from flour, water and salt."]);

describe("termsOf", () => {
  it("takes forms of a word as one, and leaves out words that only build the sentence", () => {
    for (const [one, other] of [
      ["opening", "opened"],
      ["invention", "inventions"],
      ["developed", "development"],
      ["bridges", "bridge"],
      ["stopped", "stops"],
      ["cities", "city"],
      ["Café's", "cafes"],
    ]) {
      expect(stemSet(one ?? "")).toEqual(stemSet(other ?? ""));
    }
    expect(termsOf("What is it that they would have been?")).toEqual([]);
    expect(stemOf("gas")).toBe("gas");
  });

  it("tells names and numbers from words", () => {
    const kinds = termsOf("When did Ada Byron buy 1,200 pens for GPT-4? Pens last.").map((term) => [
      term.stem,
      term.kind,
    ]);
    expect(kinds).toEqual([
      ["ada", "name"],
      ["byron", "name"],
      ["buy", "word"],
      ["1200", "number"],
      ["pen", "word"],
      ["gpt", "name"],
      ["4", "number"],
      ["pen", "word"],
      ["last", "word"],
    ]);
  });

  it("reads numbers alike however they are written", () => {
    expect(stemSet("1,234.50")).toEqual(stemSet("1234.5"));
    expect(stemSet("three")).toEqual(stemSet("3"));
  });

  it("positions point at the words, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const term of termsOf(text)) {
          expect(term.end).toBeGreaterThan(term.start);
          expect(text.slice(term.start, term.end).trim()).not.toBe("");
        }
        expect(coverage(termsOf(text), stemSet(text))).toBe(1);
      }),
    );
  });
});

describe("answerTypeOf", () => {
  it.each([
    ["How many people live there?", "number"],
    ["In what year was it opened?", "time"],
    ["When was it opened?", "time"],
    ["Who opened it?", "name"],
    ["Why is it closed?", "reason"],
    ["What does it carry?", "any"],
    ["Seit wann ist sie offen?", "time"],
  ])("%s → %s", (question, type) => {
    expect(answerTypeOf(question)).toBe(type);
  });

  it.each([
    ["How long is the Arlen Bridge?", "length", "time"],
    ["What is the budget of the ferry?", "money"],
    ["Wie teuer ist die Fähre?", "money"],
    ["What share of the members voted?", "percent"],
    ["How many people live there?"],
  ])("what “%s” measures", (question, ...dimensions) => {
    expect(wantedBy(question)).toMatchObject({ type: "number", dimensions });
  });

  const offers = (question: string, sentence: string): number =>
    offersAnswer(wantedBy(question), sentence, {
      stems: stemSet(question),
      facts: factsIn(question),
    });

  it("what the question itself holds is no answer", () => {
    const question = "How many bridges opened in 1931?";
    expect(offers(question, "It opened in 1931.")).toBe(0);
    expect(offers(question, "In 1931, 14 bridges opened.")).toBe(1);
    expect(offers("Who opened it?", "It was opened by Hanna Voss.")).toBe(1);
    expect(offers("Who opened it?", "It was opened in May.")).toBeLessThan(1);
  });

  it.each([
    ["How long is the bridge?", "It is 412 metres long.", "It was opened in 1931."],
    ["What is the budget of the ferry?", "It has 3 million euros.", "It starts in 2019."],
    ["How long does the crossing take?", "It takes about 50.", "It carries 412 passengers."],
    ["Wie lang ist die Fähre?", "Sie ist 84 lang.", "Sie hat 412 Plätze."],
    ["How deep is the well?", "It is 30 feet.", "It is visited by 30 people."],
    ["Wie schwer ist die Pumpe?", "Sie wiegt 31 kg.", "Sie kostet 310 Euro."],
    ["Where was she born?", "She was born in Tolvey.", "She was born poor."],
    ["When did it close?", "It closed in 1926.", "It has 19260 members."],
  ])("%s is rather answered by “%s” than by “%s”", (question, right, wrong) => {
    expect(offers(question, right)).toBeGreaterThan(offers(question, wrong));
  });
});

describe("askedFor", () => {
  it.each([
    ["Who founded the Brannick Glassworks?", ["Brannick", "Glassworks"], "Who founded the ?"],
    ["Wann wurde Tolvey gegründet?", ["Tolvey"], "Wann wurde gegründet?"],
    ["Welche Farbe haben die Flügel?", [], "Welche Farbe haben die Flügel?"],
    ["how long is the bridge?", [], "how long is the bridge?"],
    // Nothing but a name is left as it is.
    ["Who is Hanna Voss?", ["Hanna", "Voss"], "Who is Hanna Voss?"],
  ])("%s", (question, names, nameless) => {
    const asked = askedFor(question);
    expect(asked.names.map(({ start, end }) => question.slice(start, end))).toEqual(names);
    expect(asked.nameless).toBe(nameless);
  });

  it("takes names out of a text in any form", () => {
    const { names } = askedFor("How long is the Arlen Bridge?");
    expect(without("The Arlen bridge's deck is wide.", names)).toBe("The deck is wide.");
    expect(without("It is wide.", names)).toBe("It is wide.");
  });
});

describe("gradeEvidence", () => {
  it("quotes what a term or a colon opens, not what stands above it", async () => {
    const terms = passage("terms", [
      "OSTYPE",
      "A string that describes the operating system.",
      "PIPESTATUS",
      "An array with a list of values that the last processes ended with.",
      "It can be read in two ways:",
      "by its name, or by its place.",
    ]);
    const term = await gradeEvidence("What does PIPESTATUS contain?", [terms], embed);
    expect(term.quote?.text).toMatch(/^PIPESTATUS An array with a list of values/u);
    const colon = await gradeEvidence("In which two ways can it be read?", [terms], embed);
    expect(colon.quote?.text).toContain("two ways: by its name, or by its place.");
  });

  it("finds the sentence, and quotes it so that it can stand alone", async () => {
    const question = "When was the bridge opened by Mayor Hanna Voss?";
    const evidence = await gradeEvidence(question, [bridge, bread], embed);
    expect(evidence.strength).toBeGreaterThan(declineBelow);
    expect(evidence.quote?.chunkId).toBe("bridge");
    expect(evidence.quote?.text).toBe(
      "The Arlen Bridge crosses the river at Tarrow. It was opened in 1931 by Mayor Hanna Voss.",
    );
    for (const sentence of [...evidence.sentences, evidence.quote]) {
      const source = sentence?.chunkId === "bridge" ? bridge : bread;
      expect(source.text.slice(sentence?.start, sentence?.end)).toBe(sentence?.text);
    }
    const scores = evidence.sentences.map((sentence) => sentence.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it("is weak where the passages speak of something else", async () => {
    const question = "Which enzyme splits lactose in the small intestine?";
    const evidence = await gradeEvidence(question, [bread, passage("b", ["A bridge."])], embed);
    expect(evidence.strength).toBeLessThan(declineBelow);
  });

  it("has nothing to say where nothing was found", async () => {
    expect(await gradeEvidence("Anything?", [], embed)).toMatchObject({
      strength: 0,
      sentences: [],
      quote: null,
    });
    const blank = { ...bridge, text: "", sentences: [] };
    expect((await gradeEvidence("Anything?", [blank], embed)).strength).toBe(0);
  });

  it("lists a sentence once that two overlapping chunks hold", async () => {
    const copy = { ...bridge, chunkId: chunkIdSchema.parse("copy") };
    const evidence = await gradeEvidence("How long is the Arlen Bridge?", [bridge, copy], embed);
    expect(evidence.sentences).toHaveLength(3);
    const long = evidence.sentences.find(({ text }) => text.includes("412"));
    expect(long?.elsewhere).toEqual([{ chunkId: "copy", ...bridge.sentences[2] }]);
  });

  it("tells how near the names of the question stand", async () => {
    const other = passage("other", ["The Orvelle Bridge is 96 metres long.", "It is green."]);
    const namedIn = async (question: string, text: string): Promise<number | undefined> => {
      const { sentences } = await gradeEvidence(question, [bridge, other], embed);
      return sentences.find((one) => one.text === text)?.parts.named;
    };
    const question = "How long is the Orvelle Bridge?";
    expect(await namedIn(question, "The Orvelle Bridge is 96 metres long.")).toBe(1);
    // It points back to the sentence with the name.
    expect(await namedIn(question, "It is green.")).toBe(1);
    expect(await namedIn(question, "The bridge is 412 metres long.")).toBeLessThan(0.6);
    expect(await namedIn("how long is it?", "It is green.")).toBe(1);
  });

  it("a thing that is not there is weaker evidence than one that is", async () => {
    const strengthOf = async (question: string): Promise<number> =>
      (await gradeEvidence(question, [bridge, bread], embed)).strength;
    const there = await strengthOf("How long is the Arlen Bridge?");
    expect(await strengthOf("How long is the Kessary Bridge?")).toBeLessThan(there);
    // The bridge is there; what it cost is not.
    expect(await strengthOf("What was the price of the Arlen Bridge?")).toBeLessThan(there);
  });

  it("embeds a bounded number of sentences", async () => {
    const many = Array.from({ length: 30 }, (_, n) =>
      passage(
        `p${n}`,
        Array.from({ length: 10 }, (_s, m) => `Sentence ${n}-${m} is about bridges.`),
      ),
    );
    let embedded = 0;
    await gradeEvidence("Which bridge?", many, async (texts) => {
      embedded += texts.length;
      return embed(texts);
    });
    expect(embedded).toBe(13);
  });
});

describe("strengthModel", () => {
  it("rises with every kind of evidence", () => {
    const weak = { bestQuote: 0.2, standsOut: 0.2, namedCosine: 0.2, told: 0.2, unrivalled: 0.2 };
    for (const name of Object.keys(weak)) {
      expect(strengthModel.score({ ...weak, [name]: 0.9 })).toBeGreaterThanOrEqual(
        strengthModel.score(weak),
      );
    }
  });

  it("is the logistic function", () => {
    const model = new LogisticModel<{ a: number; b: number }>(-1, { a: 2, b: 0.5 });
    expect(model.score({ a: 1, b: 2 })).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    expect(model.score({ a: 0.5, b: 0 })).toBe(0.5);
  });
});

describe("alignSentence", () => {
  const evidence = [
    ...bridge.sentences.map(({ start, end }) => ({ text: bridge.text.slice(start, end) })),
    { text: "In 1954 the road was widened to 18 metres." },
  ];
  const align = (sentence: string) => alignSentence(sentence, evidence, embed);

  it("names the sentence that says it", async () => {
    expect(await align("The bridge is 412 metres long.")).toMatchObject({
      support: "supported",
      index: 2,
      missing: [],
    });
    expect(await align("Mayor Hanna Voss opened it in 1931.")).toMatchObject({
      support: "supported",
      index: 1,
    });
  });

  it("what stands there word for word is supported, however it is built", async () => {
    const text = "Although the bell fell, it was not broken, but the clock was never found again.";
    expect(await alignSentence(text, [...evidence, { text }], embed)).toMatchObject({
      support: "supported",
      index: 4,
      indexes: [4],
    });
  });

  it("embeds evidence once for all sentences of an answer", async () => {
    const batches: number[] = [];
    const own = [...evidence];
    for (const sentence of ["The bridge has 412 metres.", "Hanna Voss opened the bridge."]) {
      await alignSentence(sentence, own, async (texts) => {
        batches.push(texts.length);
        return embed(texts);
      });
    }
    expect(batches).toEqual([1 + own.length, 1]);
  });

  it("a number that is in no evidence is never supported", async () => {
    const wrong = await align("The bridge is 512 metres long.");
    expect(wrong.support).toBe("unsupported");
    expect(wrong.missing).toEqual(["512"]);
  });

  it("a number that only stands in other evidence is not enough", async () => {
    expect((await align("The bridge is 18 metres long.")).support).not.toBe("supported");
    expect((await align("It was opened in 1954 by Mayor Hanna Voss.")).support).not.toBe(
      "supported",
    );
  });

  it("a name that is in no evidence is never supported", async () => {
    const wrong = await align("It was opened in 1931 by Mayor Jonas Voss.");
    expect(wrong.support).not.toBe("supported");
    expect(wrong.missing).toEqual(["Jonas"]);
  });

  it("what has nothing to do with the evidence is unsupported and cites nothing", async () => {
    expect(await align("Lactose is split by an enzyme in the gut.")).toMatchObject({
      support: "unsupported",
      index: null,
    });
    expect(await align("I hope this helps you!")).toMatchObject({ index: null });
    expect((await alignSentence("Anything.", [], embed)).index).toBeNull();
  });
});
