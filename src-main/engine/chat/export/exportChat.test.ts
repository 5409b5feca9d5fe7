import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../contract/chat.ts";
import type { DocumentId, MessageId } from "../../../contract/ids.ts";
import type { AnswerSentence, Citation } from "../../../contract/search.ts";
import { pdfjsDir } from "../../../paths/entries.ts";
import { readBuffer } from "../../library/readers/fixtures/readBuffer.ts";
import { chat, message } from "../../store/fixtures/samples.ts";
import { exportChat } from "./exportChat.ts";

const now = Date.UTC(2026, 10, 27);
const setting = { pdfjsDir: pdfjsDir(), now };

function citation(n: number, quote: string, page: number): Citation {
  return {
    n,
    documentId: "ferry" as DocumentId,
    document: "ferry report.pdf",
    page,
    quote,
    location: { kind: "page", page, rects: [] },
  };
}

function sentence(text: string, more: Partial<AnswerSentence> = {}): AnswerSentence {
  return { text, supported: "supported", citations: [], missing: [], claims: true, ...more };
}

const quote = "The safety board is led by Ingrid Vasko.";
const other = "Она работает с 1987 года, Αθήνα, naïve Þórr.";
const answer = message("c", "a1", "q1", {
  role: "assistant",
  text: `> ${quote} [1]\n\nIngrid Vasko leads it. [1] She has **two** deputies. She began in 1987. [3]`,
  grounding: {
    abstained: false,
    nearest: [],
    sentences: [
      sentence(quote, { citations: [1] }),
      sentence("Ingrid Vasko leads it.", { citations: [1] }),
      sentence("She has **two** deputies.", { supported: "unsupported" }),
      sentence("She began in 1987.", { citations: [3], missing: ["1987"] }),
    ],
    citations: [citation(1, quote, 3), citation(2, "Not cited.", 4), citation(3, other, 12)],
  },
});
const messages: Message[] = [
  message("c", "q1", null, { text: "Who leads\nthe *board*?" }),
  answer,
  message("c", "q2", "a1", { text: "# What is it?" }),
  message("c", "a2", "q2", {
    role: "assistant",
    text: "A list:\n\n1. one\n2. two [1]\n\n```\nx = [1]\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |",
    stats: {
      promptTokens: 1,
      reusedTokens: 0,
      tokens: 1,
      firstTokenMs: 1,
      tokensPerSecond: 1,
      contextTokens: 1,
      model: "Small",
      quantization: "Q4_1",
    },
  }),
  message("c", "a3", "q2", { role: "assistant", text: "Another version." }),
];
const content = {
  chat: chat("c", { title: "Who leads?", activeLeafId: "a2" as MessageId }),
  messages,
};

/** All words of a file as Hearth's own readers read it. */
async function read(bytes: Uint8Array, name: string): Promise<string> {
  const { pages } = await readBuffer(Buffer.from(bytes), name);
  return pages
    .map(({ text }) => text)
    .join("\n")
    .replaceAll(/\s+/gu, " ");
}

describe("a chat is exported", () => {
  it("as Markdown, with a footnote for each cited passage", async () => {
    const { name, bytes } = await exportChat(content, "markdown", undefined, setting);
    expect(name).toBe("Who leads.md");
    const text = new TextDecoder().decode(bytes);
    expect(text).toBe(`# Who leads?

*Exported from Hearth, November 27, 2026. Model: Small Q4\\_1*

## You

Who leads\\
the \\*board\\*?

## Answer

> ${quote}[^1]

Ingrid Vasko leads it.[^1] She has **two** deputies. *(not in the documents)* She began in 1987.[^2] *(not in the documents: 1987)*

## You

\\# What is it?

## Answer

A list:

1. one
2. two [1]

\`\`\`
x = [1]
\`\`\`

| a | b |
| - | - |
| 1 | 2 |

[^1]: ferry report.pdf, page 3: “${quote}”

[^2]: ferry report.pdf, page 12: “${other}”
`);
  });

  it("as a Word file, whose footnotes stand where they are mentioned", async () => {
    const { name, bytes } = await exportChat(content, "docx", undefined, setting);
    expect(name).toBe("Who leads.docx");
    const text = await read(bytes, name);
    expect(text).toContain(`ferry report.pdf, page 3: “${quote}”`);
    expect(text).toContain(`ferry report.pdf, page 12: “${other}”`);
    expect(text).toContain("(not in the documents)");
    expect(text).toContain("(not in the documents: 1987)");
    expect(text).toContain("two deputies");
    expect(text).toContain("# What is it?");
    expect(text).not.toContain("Not cited.");
    expect(text).not.toContain("Another version.");
    const first = text.indexOf(`“${quote}”`);
    expect(first).toBeLessThan(text.indexOf("Ingrid Vasko leads it."));
  });

  it("as a PDF with the same words and footnotes", async () => {
    const { name, bytes, undrawable } = await exportChat(content, "pdf", undefined, setting);
    expect(name).toBe("Who leads.pdf");
    expect(undrawable).toBe(0);
    const { title, pages } = await readBuffer(Buffer.from(bytes), name);
    expect(title).toBe("Who leads?");
    expect(pages).toHaveLength(1);
    const text = await read(bytes, name);
    expect(text).toContain(`1 ferry report.pdf, page 3: “${quote}”`);
    expect(text).toContain(`2 ferry report.pdf, page 12: “${other}”`);
    expect(text).toContain("(not in the documents: 1987)");
    expect(text).toMatch(/She has two deputies\. \(not in the documents\)/u);
    expect(text.indexOf("x = [1]")).toBeLessThan(text.indexOf("1 ferry report.pdf"));
  });

  it("one answer alone, with its question", async () => {
    const { bytes } = await exportChat(content, "markdown", "a3" as MessageId, setting);
    const text = new TextDecoder().decode(bytes);
    expect(text).toContain("Another version.");
    expect(text).toContain("# What is it?");
    expect(text).not.toContain("[^1]");
    expect(text).not.toContain("board");
  });

  it("over many pages, each footnote on the page of its first mention", async () => {
    const count = 60;
    const quotes = Array.from({ length: count }, (_, at) =>
      citation(
        at + 1,
        `Verbatim words of passage ${at + 1}, ${"and so on ".repeat(at % 9)}end.`,
        at + 1,
      ),
    );
    const said = quotes.map(
      ({ n }) => `Sentence ${n} says what passage ${n} holds, at some length. [${n}]`,
    );
    const long: Message = {
      ...answer,
      text: said.join("\n\n"),
      grounding: { abstained: false, nearest: [], sentences: [], citations: quotes },
    };
    const { bytes } = await exportChat(
      { ...content, messages: [messages[0]!, long] },
      "pdf",
      long.id,
      setting,
    );
    const { pages } = await readBuffer(Buffer.from(bytes), "long.pdf");
    expect(pages.length).toBeGreaterThan(3);
    for (const { n } of quotes) {
      const withText = pages.findIndex(({ text }) => text.includes(`Sentence ${n} says`));
      const withNote = pages.findIndex(({ text }) =>
        text.includes(`Verbatim words of passage ${n},`),
      );
      expect([n, withNote]).toEqual([n, withText]);
    }
  });

  it("with letters that the PDF's font lacks: they are counted and can be copied", async () => {
    const text = "東京 and שלום and emoji 🙂.";
    const one = message("c", "a1", "q1", { role: "assistant", text });
    const { bytes, undrawable } = await exportChat(
      { ...content, messages: [messages[0]!, one] },
      "pdf",
      one.id,
      setting,
    );
    expect(undrawable).toBe(7);
    const copied = await read(bytes, "a.pdf");
    expect(copied).toContain("東京");
    expect(copied).toContain("🙂");
    expect(copied).toContain("7 letters have no shape");
    const docx = await exportChat(
      { ...content, messages: [messages[0]!, one] },
      "docx",
      one.id,
      setting,
    );
    expect(await read(docx.bytes, "a.docx")).toContain(text);
  });

  it("not, where there is nothing, and says why", async () => {
    const empty = { ...content, messages: [] };
    await expect(exportChat(empty, "pdf", undefined, setting)).rejects.toMatchObject({
      code: "bad-input",
      title: "This chat is empty.",
    });
    await expect(exportChat(content, "docx", "q1" as MessageId, setting)).rejects.toMatchObject({
      code: "not-found",
    });
    const streaming = [messages[0]!, { ...answer, status: "streaming" as const }];
    // The answer by itself, and the chat that it stands in.
    for (const messageId of [answer.id, undefined]) {
      const half = {
        chat: chat("c", { title: "T", activeLeafId: answer.id }),
        messages: streaming,
      };
      await expect(exportChat(half, "pdf", messageId, setting)).rejects.toMatchObject({
        code: "conflict",
      });
    }
  });

  it("under a name that any system takes", async () => {
    const named = async (title: string): Promise<string> =>
      path.parse(
        (
          await exportChat(
            { ...content, chat: chat("c", { title, activeLeafId: answer.id }) },
            "markdown",
            undefined,
            setting,
          )
        ).name,
      ).name;
    expect(await named("../../etc/passwd: a\u202e|b?")).toBe("etc passwd a b");
    expect(await named("  ")).toBe("Chat");
    expect(await named("CON")).toBe("Chat");
  });
});
