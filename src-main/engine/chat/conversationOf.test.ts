import { describe, expect, it } from "vitest";
import type { Message } from "../../contract/chat.ts";
import { receiptSchema } from "../../contract/search.ts";
import { message } from "../store/fixtures/samples.ts";
import { conversationOf } from "./conversationOf.ts";

const receipt = {
  retrieved: 1,
  used: 1,
  promptTokens: 1,
  answerTokens: 1,
  retrieveMs: 1,
  firstTokenMs: 1,
  totalMs: 1,
  model: "M",
  quantization: "Q",
  evidence: 1,
  threshold: 0,
  query: "q",
  tokens: { system: 0, history: 0, evidence: 0, question: 0 },
  steps: [{ name: "answer", ms: 1, note: "" }],
  passages: [],
};

describe("conversationOf", () => {
  it("has each question as it was searched for, and the passages of the last prompt", () => {
    const grounded = (standalone: string | null, usedChunkIds: string[]): Partial<Message> => ({
      role: "assistant",
      text: "Said.",
      grounding: {
        abstained: false,
        sentences: [],
        citations: [],
        nearest: [],
        receipt: receiptSchema.parse({ ...receipt, standalone, usedChunkIds }),
      },
    });
    const path = [
      message("c1", "m1", null, { text: "First?" }),
      message("c1", "m2", "m1", grounded(null, ["a", "b"])),
      message("c1", "m3", "m2", { text: "And then?" }),
      message("c1", "m4", "m3", grounded("Then what?", [])),
      message("c1", "m5", "m4", { text: "Why?" }),
    ];
    expect(conversationOf(path)).toEqual({
      history: [
        { question: "First?", answer: "Said." },
        { question: "Then what?", answer: "Said." },
      ],
      previous: ["a", "b"],
    });
    expect(conversationOf(path.slice(0, 1))).toEqual({ history: [], previous: [] });
  });

  it("reads a receipt that was kept before it had routes and budgets", () => {
    expect(receiptSchema.parse(receipt)).toMatchObject({
      route: "question",
      standalone: null,
      budget: null,
      read: null,
      notes: [],
      steps: [{ tokens: 0 }],
    });
  });
});
