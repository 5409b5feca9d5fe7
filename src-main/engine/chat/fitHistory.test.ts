import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../llama/InferenceBackend.ts";
import { fitHistory } from "./fitHistory.ts";

const words = async (messages: ChatMessage[]): Promise<number> =>
  messages.reduce((sum, message) => sum + message.content.split(" ").length, 0);

function turns(count: number): ChatMessage[] {
  return Array.from({ length: count }, (_, n): ChatMessage[] => [
    { role: "user", content: `question ${n}` },
    { role: "assistant", content: `answer ${n}` },
  ])
    .flat()
    .concat({ role: "user", content: "last question" });
}

describe("fitHistory", () => {
  it("keeps all that fits", async () => {
    const fitted = await fitHistory("be brief", turns(3), 100, words);
    expect(fitted).toMatchObject({ dropped: 0, promptTokens: 16 });
    expect(fitted?.messages).toHaveLength(8);
  });

  it.each(Array.from({ length: 14 }, (_, n) => n + 4))(
    "leaves out as few whole turns as a budget of %i needs",
    async (budget) => {
      const history = turns(3);
      const fitted = (await fitHistory("be brief", history, budget, words))!;
      expect(fitted.promptTokens).toBeLessThanOrEqual(budget);
      expect(fitted.messages[0]?.role).toBe("system");
      expect(fitted.messages[1]?.role).toBe("user");
      expect(fitted.messages.at(-1)?.content).toBe("last question");
      expect(fitted.messages.length - 1 + fitted.dropped).toBe(history.length);
      // One turn more would not have fitted.
      if (fitted.dropped > 0) expect(fitted.promptTokens + 4).toBeGreaterThan(budget);
    },
  );

  it("gives up when the last message alone does not fit", async () => {
    expect(await fitHistory("be brief", turns(2), 3, words)).toBeUndefined();
  });
});
