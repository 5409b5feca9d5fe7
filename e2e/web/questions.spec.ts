import fs from "node:fs/promises";
import path from "node:path";
import { expect, fixturesDir, test } from "../support/test.ts";

interface Questions {
  answerable: { question: string; document: string; page: number }[];
  elsewhere: string[];
}

/** Of twenty questions of each kind, so many must be right. */
const enough = 18;

test("questions are answered from the right page, others are declined", async ({ hearth }) => {
  test.setTimeout(300_000);
  const { answerable, elsewhere } = JSON.parse(
    await fs.readFile(path.join(fixturesDir, "questions.json"), "utf8"),
  ) as Questions;
  await hearth.ready();
  const documents = [...new Set(answerable.map(({ document }) => document))];
  await hearth.addDocuments(...documents.map((name) => path.join(fixturesDir, name)));
  await hearth.newChat();
  await hearth.attachAll();

  const wrong: string[] = [];
  const missed: string[] = [];
  for (const [at, { question, document, page }] of answerable.entries()) {
    const answer = await hearth.ask(question);
    // What the model adds to the quote is not what is counted here; short is enough.
    if (at === 0) await hearth.setLongestAnswer(16);
    const first = answer.getByRole("blockquote").getByRole("button", { name: /^Citation 1: / });
    const cited = (await first.count()) > 0 ? await first.first().getAttribute("aria-label") : null;
    if (cited !== `Citation 1: ${document}, page ${page}`) missed.push(`${question} → ${cited}`);
  }
  for (const question of elsewhere) {
    const answer = await hearth.ask(question);
    if ((await answer.getByText("Not found in the documents").count()) === 0) wrong.push(question);
  }
  expect(answerable.length - missed.length, missed.join("\n")).toBeGreaterThanOrEqual(enough);
  expect(elsewhere.length - wrong.length, wrong.join("\n")).toBeGreaterThanOrEqual(enough);
});
