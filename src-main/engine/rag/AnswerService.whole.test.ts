import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import type { AskEvent } from "../../contract/search.ts";
import { serverIdSchema } from "../../contract/servers.ts";
import {
  ask,
  ferry,
  newLibrary,
  orchard,
  passengers,
  quay,
  serviceOf,
  promptOf,
} from "./graph/testing/asking.ts";
import { FakeLibrary } from "./graph/testing/fakeTools.ts";

describe("whole documents", () => {
  const chapters = Array.from(
    { length: 12 },
    (_, at) =>
      `Chapter ${at + 1} tells how the harbour of Skerrow handled ${100 + at} barrels of herring. ${"The herring barrels were stacked on the harbour wall before the boats came back. ".repeat(6)}`,
  );

  it("G10, G11: reads every passage, says so before, and cites every part", async () => {
    const library = new FakeLibrary();
    library.contextTokens = 500;
    library.add("harbour.pdf", ...chapters);
    library.reply = ({ prompt }) => {
      const asked = prompt.kind === "chat" ? (prompt.messages.at(-1)?.content ?? "") : "";
      const barrels = [...asked.matchAll(/handled (\d+) barrels/g)].map(([, n]) => n);
      return barrels.length > 0
        ? [
            `The harbour of Skerrow handled ${barrels[0]} barrels of herring. `,
            "The herring barrels were stacked on the harbour wall before the boats came back. ",
            "Before the boats came back to the harbour there were many barrels on the wall of Skerrow.",
          ]
        : ["The harbour handled herring."];
    };
    const { answer, events } = await ask(library, { question: "Summarise this document." });
    const plan = events.find((event) => event.type === "plan");
    expect(plan).toMatchObject({ documents: 1, chunks: 12, byModel: true });
    const parts = answer.receipt.read!.parts;
    expect(parts).toBeGreaterThan(3);
    expect(plan?.parts).toBe(parts);
    expect(answer.receipt).toMatchObject({ route: "whole", read: { documents: 1, chunks: 12 } });
    const progress = events.filter((event) => event.type === "progress");
    expect(progress.map(({ done }) => done)).toEqual(
      Array.from({ length: parts }, (_, at) => at + 1),
    );
    const asked = library.requests.map((_, at) => promptOf(library, at));
    for (let at = 0; at < 12; at += 1) {
      expect(asked.filter((prompt) => prompt.includes(`Chapter ${at + 1} tells`))).toHaveLength(1);
    }
    const headings = answer.answer.match(/^\*\*harbour\.pdf, pages? [\d–]+\*\*$/gm);
    expect(headings).toHaveLength(parts);
    expect(answer.answer.startsWith("> ")).toBe(true);
    const types = events.map(({ type }) => type);
    expect(types.indexOf("evidence")).toBeLessThan(types.indexOf("delta"));
    // Notes on more parts than one prompt holds are joined in rounds.
    expect(library.requests.length).toBeGreaterThan(parts + 1);
    expect(answer.receipt.budget!.contextTokens).toBe(500);
    expect(answer.receipt.model).toBe("Small");
    expect(answer.receipt.steps.filter(({ name }) => name === "read")).toHaveLength(1);
  });

  it("G11: leaves out what the model wrote without ground, says so, and quotes the part instead", async () => {
    const library = newLibrary();
    library.reply = () => ["Walruses invaded Copenhagen in 1734."];
    const { answer } = await ask(library, { question: "Summarise this document." });
    expect(answer.answer).not.toContain("Copenhagen in 1734. [");
    expect(answer.receipt.notes.some((note) => /they were left out/.test(note))).toBe(true);
    const documents = new Set(answer.citations.map(({ document }) => document));
    expect(documents).toEqual(new Set(["ferry.pdf", "orchard.pdf"]));
  });

  it("G10: takes the most telling sentences where there is no model, and names what it left", async () => {
    const library = new FakeLibrary();
    library.hasModel = false;
    library.add("harbour.pdf", ...chapters);
    const { answer } = await ask(library, { question: "Fasse das Dokument zusammen." });
    expect(answer.abstained).toBe(false);
    expect(answer.receipt.read).toMatchObject({ chunks: 12 });
    for (const sentence of answer.sentences) expect(sentence.citations).toHaveLength(1);
  });

  it("G12: counts exactly, each sentence once", async () => {
    const library = newLibrary();
    const { answer } = await ask(library, { question: "How often is quince mentioned?" });
    expect(answer.answer).toContain(
      "“quince” is mentioned 2 times in 2 sentences (orchard.pdf: 2)",
    );
    expect(library.requests).toEqual([]);
    const none = await ask(library, { question: 'How many times is "walrus" mentioned?' });
    expect(none.answer).toMatchObject({ abstained: false, citations: [] });
    expect(none.answer.answer).toContain("“walrus” is not mentioned");
  });

  it("reads only the documents that are named, and says so", async () => {
    const library = newLibrary();
    library.hasModel = false;
    const { answer } = await ask(library, { question: "Summarise the orchard document." });
    expect(answer.receipt.notes).toContain(
      "Only the documents that the request names were read: orchard.pdf.",
    );
    expect(answer.citations.every(({ document }) => document === "orchard.pdf")).toBe(true);
  });

  it("G14: goes on with the part where it was cut off", async () => {
    const library = new FakeLibrary();
    library.contextTokens = 500;
    library.add("harbour.pdf", ...chapters);
    library.reply = () => ["The harbour of Skerrow handled barrels of herring."];
    const saver = new MemorySaver();
    const controller = new AbortController();
    const begun = serviceOf(library, saver).answer(
      { question: "Summarise this document.", threadId: "t" },
      (event) => {
        if (event.type === "progress" && event.done === 3) controller.abort();
      },
      controller.signal,
    );
    await expect(begun).rejects.toThrow();
    const before = library.requests.length;
    const events: AskEvent[] = [];
    await serviceOf(library, saver).resume(
      "t",
      "",
      (event) => events.push(event),
      new AbortController().signal,
    );
    const [first] = events.filter((event) => event.type === "progress");
    expect(first?.done).toBe(4);
    const again = library.requests.slice(before).map((_, at) => promptOf(library, before + at));
    expect(again.some((prompt) => prompt.includes("Chapter 1 tells"))).toBe(false);
  });
});

describe("a model of a server", () => {
  function withServer(documentsAllowed: boolean): FakeLibrary {
    const library = newLibrary();
    const id = serverIdSchema.parse("s");
    library.server = { id, name: "Attic", host: "attic:8080", documentsAllowed };
    library.reply = () => ["The Grey Heron carries 412 passengers."];
    return library;
  }
  const opening = "> The Grey Heron carries 412 passengers across the sound. [1]";

  it.each([passengers, "Summarise the documents."])(
    "is given nothing of documents that it may not have, nor to count: %s",
    async (question) => {
      const library = withServer(false);
      const { answer } = await ask(library, { question });
      expect(answer).toMatchObject({ abstained: false, error: { code: "not-allowed" } });
      expect(answer.error?.cause).toContain("attic:8080");
      expect(answer.citations.length).toBeGreaterThan(0);
      expect(answer.receipt).not.toHaveProperty("sent");
      expect([library.requests, library.counted]).toEqual([[], []]);
    },
  );

  it("is given the passages where that is allowed, and how much is in the receipt", async () => {
    const library = withServer(true);
    const { answer } = await ask(library, { question: passengers });
    const { sent, used } = answer.receipt;
    expect(sent).toMatchObject({ server: "attic:8080", passages: used });
    expect(sent?.characters).toBeGreaterThanOrEqual(ferry.length);
    expect(library.requests[0]?.documents).toEqual(sent);
    // Only what is in the prompt leaves, not what was merely weighed.
    expect(library.counted.some((text) => text.includes(quay))).toBe(
      library.requests[0]?.prompt.kind === "chat" &&
        library.requests[0].prompt.messages.some(({ content }) => content.includes(quay)),
    );
    expect(answer.error).toBeUndefined();
  });

  it("is given every part of whole documents, and all of that is counted", async () => {
    const library = withServer(true);
    const { answer } = await ask(library, { question: "Summarise the documents." });
    const told = library.requests.map(({ documents }) => documents?.characters ?? 0);
    expect(told.length).toBeGreaterThan(1);
    expect(answer.receipt.sent?.characters).toBe(told.reduce((sum, one) => sum + one, 0));
    expect(answer.receipt.sent?.characters).toBeGreaterThan((ferry + orchard + quay).length);
  });

  it("may fail in the middle: what it has read stays, and the rest is read without it", async () => {
    const library = withServer(true);
    let asked = 0;
    library.reply = () => {
      asked += 1;
      if (asked > 1)
        throw new HearthError({ code: "unavailable", title: "Your server attic:8080 is gone." });
      return ["The Grey Heron carries 412 passengers across the sound."];
    };
    const { answer } = await ask(library, { question: "Summarise the documents." });
    expect(asked).toBe(2);
    expect(answer).toMatchObject({ abstained: false, error: { code: "unavailable" } });
    expect(answer.citations.map(({ document }) => document)).toContain("orchard.pdf");
    expect(answer.receipt.notes.join(" ")).toMatch(/From part 2 on .* attic:8080 is gone/);
    expect(answer.receipt.sent?.passages).toBe(2);
  });

  it("may fail: the evidence stays, and why is told", async () => {
    const library = withServer(true);
    library.reply = () => {
      throw new HearthError({ code: "unavailable", title: "Your server attic:8080 is gone." });
    };
    const { answer } = await ask(library, { question: passengers });
    expect(answer).toMatchObject({ answer: opening, error: { code: "unavailable" } });
    expect(answer.citations[0]?.document).toBe("ferry.pdf");
    expect(answer.receipt.sent?.characters).toBeGreaterThanOrEqual(ferry.length);
  });

  it("of this computer has nothing of that", async () => {
    const library = newLibrary();
    const { answer } = await ask(library, { question: passengers });
    expect(answer.receipt).not.toHaveProperty("sent");
    expect(library.requests[0]).not.toHaveProperty("documents");
  });
});
