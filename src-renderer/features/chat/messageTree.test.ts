import { describe, expect, it } from "vitest";
import { messageSchema, type Message } from "../../../src-main/contract/chat.ts";
import { messagePath } from "../../../src-main/contract/messagePath.ts";
import { branchOf, newestLeaf } from "./messageTree.ts";

function message(id: string, parentId: string | null, role: Message["role"]): Message {
  return messageSchema.parse({
    id,
    parentId,
    role,
    chatId: "c",
    text: id,
    reasoning: "",
    status: "complete",
    createdAt: 0,
    documentIds: [],
    collectionIds: [],
    droppedMessages: 0,
  });
}

// q1 has two answers; the first goes on, and its second question was edited once.
const tree = [
  message("q1", null, "user"),
  message("a1", "q1", "assistant"),
  message("q2", "a1", "user"),
  message("a2", "q2", "assistant"),
  message("a1b", "q1", "assistant"),
  message("q2b", "a1", "user"),
  message("a2b", "q2b", "assistant"),
];
const id = (name: string) => tree.find((entry) => entry.id === name)!.id;

describe("message tree", () => {
  it("shows the branch of a leaf from the root", () => {
    expect(messagePath(tree, id("a2b")).map((entry) => entry.id)).toEqual([
      "q1",
      "a1",
      "q2b",
      "a2b",
    ]);
    expect(messagePath(tree, null)).toEqual([]);
  });

  it("numbers the versions of a turn", () => {
    expect(branchOf(tree, tree[4]!)).toEqual({ siblings: ["a1", "a1b"], index: 1 });
    expect(branchOf(tree, tree[2]!)).toEqual({ siblings: ["q2", "q2b"], index: 0 });
  });

  it("follows a branch to its newest end", () => {
    expect(newestLeaf(tree, id("a1"))).toBe("a2b");
    expect(newestLeaf(tree, id("q2"))).toBe("a2");
    expect(newestLeaf(tree, id("a1b"))).toBe("a1b");
  });

  it("survives a circle in damaged data", () => {
    const circle = [message("x", "y", "user"), message("y", "x", "assistant")];
    expect(messagePath(circle, circle[0]!.id)).toHaveLength(2);
    expect(newestLeaf(circle, circle[0]!.id)).toBe("x");
  });
});
