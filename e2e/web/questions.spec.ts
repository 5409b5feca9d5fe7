import fs from "node:fs/promises";
import path from "node:path";
import { chatModelFile } from "../support/homes.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

interface Questions {
  answerable: { question: string; document: string; page: number }[];
  elsewhere: string[];
}

/** Of twenty questions of each kind, so many must be right. */
const enough = 18;

// The quote, its page and whether to decline are decided without the chat model; the answer then is
// the quote alone, so that forty questions take seconds.
test("questions are answered from the right page, others are declined", async ({
  home,
  launch,
}) => {
  test.setTimeout(300_000);
  const { answerable, elsewhere } = JSON.parse(
    await fs.readFile(path.join(fixturesDir, "questions.json"), "utf8"),
  ) as Questions;
  await fs.rm(path.join(home, "models", chatModelFile));
  const hearth = await launch();
  const documents = [...new Set(answerable.map(({ document }) => document))];
  await hearth.addDocuments(...documents.map((name) => path.join(fixturesDir, name)));
  await hearth.newChat();
  await hearth.attachAll();

  const missed: string[] = [];
  for (const { question, document, page } of answerable) {
    const answer = await hearth.ask(question);
    const first = answer.getByRole("blockquote").getByRole("button", { name: /^Citation 1: / });
    const cited = (await first.count()) > 0 ? await first.first().getAttribute("aria-label") : null;
    if (cited !== `Citation 1: ${document}, page ${page}`) missed.push(`${question} → ${cited}`);
  }
  const wrong: string[] = [];
  for (const question of elsewhere) {
    const answer = await hearth.ask(question);
    if ((await answer.getByText("Not found in the documents").count()) === 0) wrong.push(question);
  }
  expect(answerable.length - missed.length, missed.join("\n")).toBeGreaterThanOrEqual(enough);
  expect(elsewhere.length - wrong.length, wrong.join("\n")).toBeGreaterThanOrEqual(enough);
});
