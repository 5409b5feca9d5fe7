/**
 * Measures search in a collection whose articles were printed to PDF beside the same articles as plain
 * text. Both are taken in by a whole engine, as a user's files are: readers, passages, index, search.
 *
 *   node build/eval/printedRetrieval.ts --data DIR [--layouts plain,report,columns] [--articles N] [--every N] [--json]
 *
 * With --every, only each Nth question is asked. A passage counts as the paragraphs that it was cut from. Ends with 1 if a layout loses more than one
 * point of recall at five.
 */
import fs from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { formatTable } from "../../src-main/cli/format.ts";
import { pairedBootstrap } from "../../src-main/engine/eval/bootstrap.ts";
import { loadBeir } from "../../src-main/engine/eval/loadBeir.ts";
import { average, scoreRanking, type QueryScores } from "../../src-main/engine/eval/queryScores.ts";
import { TestEngine } from "../../src-main/engine/tests/testing/testEngine.ts";
import { articleText, toArticles } from "./printed/articles.ts";
import { HeldParagraphs } from "./printed/heldParagraphs.ts";
import { articleHtml, layouts } from "./printed/layouts.ts";

const mostLost = 0.01;
const hitsPerQuery = 20;
const systemChromium = "/usr/bin/chromium";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    articles: { type: "string" },
    every: { type: "string", default: "1" },
    layouts: { type: "string", default: Object.keys(layouts).join(",") },
    json: { type: "boolean", default: false },
  },
});
if (args.data === undefined) throw new Error("Give --data.");
const dataset = await loadBeir(args.data);
const articles = toArticles(dataset).slice(0, Number(args.articles ?? Infinity));
const paragraphs = articles.flatMap((article) => article.paragraphs);
const held = new HeldParagraphs(paragraphs);
const known = new Set(paragraphs.map(({ id }) => id));
const queries = dataset.queries
  .filter(({ id }) =>
    [...(dataset.judgements.get(id) ?? [])].some(
      ([document, grade]) => grade > 0 && known.has(document),
    ),
  )
  .filter((_query, at) => at % Number(args.every) === 0);

/** Takes a folder of files in, asks every question, and scores the paragraphs that were found. */
async function measure(
  name: string,
  write: (folder: string) => Promise<void>,
): Promise<QueryScores> {
  const begun = performance.now();
  const tell = (what: string): void =>
    console.error(`${name}: ${what} after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await using engine = await TestEngine.make();
  const folder = path.join(engine.folder, "articles");
  await fs.mkdir(folder);
  await write(folder);
  tell("written");
  const { client } = await engine.connect();
  const stream = client.stream("documents.ingest", { paths: [folder] });
  const failed = (await stream.result).documents.filter(({ status }) => status !== "ready");
  if (failed.length > 0) throw new Error(`Not taken in: ${JSON.stringify(failed)}`);
  tell("taken in");
  const scores: QueryScores[number][] = [];
  for (const { id, text } of queries) {
    const { hits } = await client.call("search.query", { query: text, limit: hitsPerQuery });
    const ranking = [...new Set(hits.flatMap((hit) => held.of(hit.text)))];
    scores.push(scoreRanking(ranking, dataset.judgements.get(id) ?? new Map()));
  }
  tell("searched");
  return scores;
}

const text = await measure("plain text", async (folder) => {
  for (const [at, article] of articles.entries()) {
    await fs.writeFile(path.join(folder, `${at}.txt`), articleText(article));
  }
});
const rows = [{ name: "plain text", scores: text }];
for (const name of args.layouts.split(",")) {
  const layout = layouts[name];
  if (!layout) throw new Error(`There is no layout “${name}”.`);
  const scores = await measure(name, async (folder) => {
    await using browser = await chromium.launch({
      ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
    const page = await browser.newPage();
    for (const [at, article] of articles.entries()) {
      await page.setContent(articleHtml(article, layout));
      const margin = `${layout.marginMm}mm`;
      const line = '<div style="font-size:8px;width:100%;text-align:center">';
      await page.pdf({
        path: path.join(folder, `${at}.pdf`),
        format: layout.format,
        margin: { top: margin, bottom: margin, left: margin, right: margin },
        displayHeaderFooter: layout.running,
        headerTemplate: `${line}<span class="title"></span></div>`,
        footerTemplate: `${line}<span class="pageNumber"></span></div>`,
      });
    }
  });
  rows.push({ name: `PDF, ${name}`, scores });
}

const measured = rows.map(({ name, scores }) => ({
  name,
  metrics: average(scores),
  recallAt5OverText: pairedBootstrap(
    scores.map(({ recallAt5 }) => recallAt5),
    text.map(({ recallAt5 }) => recallAt5),
  ),
}));
const result = {
  dataset: dataset.name,
  articles: articles.length,
  paragraphs: paragraphs.length,
  queries: queries.length,
  rows: measured,
};
if (args.json) console.log(JSON.stringify(result));
else {
  console.log(
    `${result.dataset}: ${result.articles} articles, ${result.paragraphs} paragraphs, ${result.queries} queries`,
  );
  console.log(
    formatTable([
      ["", "recallAt5", "mrrAt10", "recallAt5 over plain text, 95 % interval"],
      ...measured.map(({ name, metrics, recallAt5OverText: { mean, low, high } }) => [
        name,
        metrics.recallAt5.toFixed(4),
        metrics.mrrAt10.toFixed(4),
        `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
      ]),
    ]),
  );
}
process.exitCode = measured.every(({ recallAt5OverText: { mean } }) => mean >= -mostLost) ? 0 : 1;
