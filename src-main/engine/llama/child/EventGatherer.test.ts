import { describe, expect, it } from "vitest";
import type { GenerateEvent } from "../InferenceBackend.ts";
import { EventGatherer } from "./EventGatherer.ts";

function setUp() {
  const sent: GenerateEvent[][] = [];
  const clock = { ms: 0 };
  const gatherer = new EventGatherer(
    15,
    (events) => sent.push([...events]),
    undefined,
    () => clock.ms,
  );
  const text = (value: string): void => gatherer.add({ type: "text", text: value, tokens: 1 });
  return { sent, clock, gatherer, text };
}

describe("EventGatherer", () => {
  it("sends the first text at once and joins what follows within the interval", () => {
    const { sent, clock, text } = setUp();
    text("a");
    clock.ms = 5;
    text("b");
    clock.ms = 10;
    text("c");
    expect(sent).toEqual([[{ type: "text", text: "a", tokens: 1 }]]);
    clock.ms = 15;
    text("d");
    expect(sent[1]).toEqual([{ type: "text", text: "bcd", tokens: 3 }]);
  });

  it("sends the held text of all at the same time", () => {
    const sent: string[] = [];
    const clock = { ms: 0 };
    const all = new Set<EventGatherer>();
    const [first, second] = ["first", "second"].map((name) => {
      const gatherer = new EventGatherer(
        15,
        () => sent.push(name),
        all,
        () => clock.ms,
      );
      all.add(gatherer);
      return () => gatherer.add({ type: "text", text: "a", tokens: 1 });
    });
    first?.();
    clock.ms = 8;
    second?.();
    expect(sent).toEqual(["first", "second"]);
    clock.ms = 14;
    first?.();
    second?.();
    clock.ms = 16;
    first?.();
    expect(sent).toEqual(["first", "second", "first", "second"]);
    clock.ms = 24;
    second?.();
    expect(sent).toHaveLength(4);
  });

  it("sends another event with the held text before it", () => {
    const { sent, text, gatherer } = setUp();
    text("a");
    text("b");
    const end: GenerateEvent = {
      type: "end",
      reason: "stop",
      promptTokens: 1,
      reusedTokens: 0,
      tokens: 2,
      firstTokenMs: 1,
      tokensPerSecond: 1,
    };
    gatherer.add(end);
    expect(sent[1]).toEqual([{ type: "text", text: "b", tokens: 1 }, end]);
    gatherer.flush();
    expect(sent).toHaveLength(2);
  });
});
