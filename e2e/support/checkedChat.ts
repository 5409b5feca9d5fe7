import path from "node:path";
import { chatSchema, messageSchema, samplingSchema } from "../../src-main/contract/chat.ts";
import type { DocumentId } from "../../src-main/contract/ids.ts";
import type { AnswerSentence, Citation } from "../../src-main/contract/search.ts";
import { Store } from "../../src-main/engine/store/Store.ts";

const quote = "The safety board is led by Ingrid Vasko, who was the harbour master before.";
/** Of an invented document that is not in the library. */
const documentId = "ferry-report" as DocumentId;

function citation(n: number, words: string, page: number): Citation {
  return {
    n,
    documentId,
    document: "tidewater-ferry-report.pdf",
    page,
    quote: words,
    location: { kind: "page", page, rects: [] },
  };
}

function sentence(text: string, more: Partial<AnswerSentence> = {}): AnswerSentence {
  return { text, supported: "supported", citations: [], missing: [], claims: true, ...more };
}

const sentences: readonly AnswerSentence[] = [
  sentence(quote, { citations: [1] }),
  sentence("Ingrid Vasko leads the safety board.", { citations: [1] }),
  sentence("She took office in 1987 after 12 years at the harbour.", {
    supported: "partly",
    citations: [2],
    missing: ["1987"],
  }),
  sentence("The board also approves the budget of the **whole** ferry company every spring.", {
    supported: "unsupported",
  }),
];

/** Puts a chat into a home whose answer has sentences of every kind; its title is "Safety board". */
export async function writeCheckedChat(home: string): Promise<void> {
  const store = await Store.open({ path: path.join(home, "hearth.sqlite") });
  const now = Date.now();
  const common = { chatId: "checked", createdAt: now, documentIds: [], collectionIds: [] };
  const question = messageSchema.parse({
    ...common,
    id: "checked-question",
    parentId: null,
    role: "user",
    text: "Who leads the safety board, and since when?",
    reasoning: "",
    status: "complete",
    droppedMessages: 0,
  });
  const marks = ({ text, citations }: AnswerSentence): string =>
    [text, ...citations.map((n) => `[${n}]`)].join(" ");
  const answer = messageSchema.parse({
    ...question,
    id: "checked-answer",
    parentId: "checked-question",
    role: "assistant",
    text: `> ${marks(sentences[0]!)}\n\n${sentences.slice(1).map(marks).join(" ")}`,
    grounding: {
      abstained: false,
      sentences,
      citations: [
        citation(1, quote, 3),
        citation(2, "After 12 years at the harbour she took office.", 4),
      ],
    },
  });
  await store.chats.create(
    chatSchema.parse({
      id: "checked",
      title: "Safety board",
      systemPrompt: "",
      sampling: samplingSchema.parse({}),
      modelId: null,
      documentIds: [],
      collectionIds: [],
      activeLeafId: null,
      createdAt: now,
      updatedAt: now,
    }),
  );
  await store.chats.addMessages([question, answer], answer.id);
  await store.close();
}
