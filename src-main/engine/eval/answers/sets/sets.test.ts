import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdfjsDir } from "../../../../paths/entries.ts";
import { readBytes } from "../../../library/readers/readBytes.ts";
import { holdsAnswer } from "../answerMetrics.ts";
import type { BuiltSet } from "./BuiltSet.ts";
import { inventedCounts, inventedFacts } from "./inventedFacts.ts";
import { spreadEvenly } from "./spreadEvenly.ts";
import { xquadSet } from "./xquadSet.ts";

/** The pages of every document as the library's reader sees them. */
async function readPages(set: BuiltSet): Promise<Map<string, string[]>> {
  const read = new Map<string, string[]>();
  for (const { name, bytes } of set.files) {
    const pages: string[] = [];
    await readBytes(Uint8Array.from(bytes), name, (page) => void pages.push(page.text), {
      pdfjsDir: pdfjsDir(),
    });
    read.set(name, pages);
  }
  return read;
}

describe("the invented facts", () => {
  const set = inventedFacts(7);
  const answerable = set.questions.filter((question) => question.answerable);
  let pages: Map<string, string[]>;
  beforeAll(async () => {
    pages = await readPages(set);
  }, 60_000);

  it("are real PDFs of several pages, read as they were written", () => {
    expect(set.files).toHaveLength(inventedCounts.documents);
    expect(new Set(set.files.map(({ name }) => name)).size).toBe(inventedCounts.documents);
    for (const texts of pages.values()) expect(texts.length).toBeGreaterThanOrEqual(3);
    expect([...pages.values()][0]?.[0]).toContain("Report on ");
  });

  it("stand each on its page, and its answer nowhere else", () => {
    expect(answerable).toHaveLength(inventedCounts.facts);
    const everything = [...pages.entries()];
    for (const { question, answers, goldDocument, goldPages } of answerable) {
      const [page = 0] = goldPages;
      const subject =
        /[A-Z][a-z]+(?:dale|mere|wick|ford|stad|heim|tova|rica|lund|mora|vik|ness|gard|bury)/u.exec(
          question,
        )?.[0] ?? "";
      expect(subject, question).not.toBe("");
      const gold = (pages.get(goldDocument ?? "")?.[page - 1] ?? "").replace(/\s+/gu, " ");
      const told = gold
        .split(/(?<=\.) /u)
        .filter((text) => text.includes(`${subject} `) || text.includes(`${subject}.`));
      expect(
        told.some((text) => holdsAnswer(text, answers[0]!)),
        question,
      ).toBe(true);
      // Nobody else tells anything of the subject, but for the title of its report.
      const others = everything.flatMap(([name, texts]) =>
        texts.filter(
          (text, at) =>
            !(name === goldDocument && at === page - 1) &&
            new RegExp(`${subject} [A-Z]`, "u").test(text),
        ),
      );
      expect(others, question).toEqual([]);
    }
  });

  it("have look-alikes: the same kind of fact about a name that differs in the middle", () => {
    const text = [...pages.values()].flat().join("\n");
    const bridges = new Set(
      text.match(/\p{L}+\s+Bridge/gu)?.map((name) => name.replace(/\s+/u, " ")),
    );
    expect(bridges.size).toBe(20);
  });

  it("ask also what no document tells", () => {
    const rest = set.questions.filter((question) => !question.answerable);
    expect(rest).toHaveLength(inventedCounts.unanswerable + inventedCounts.elsewhere);
    for (const { answers, goldDocument } of rest) {
      expect({ answers, goldDocument }).toEqual({ answers: [], goldDocument: null });
    }
    expect(new Set(set.questions.map(({ question }) => question)).size).toBe(set.questions.length);
  });

  it("are the same for the same seed, and others for another", () => {
    expect(inventedFacts(7)).toEqual(set);
    const answers = new Set(set.questions.flatMap((question) => question.answers));
    const other = inventedFacts(8).questions.filter(({ answers: own }) =>
      answers.has(own[0] ?? ""),
    );
    // A number may come up again; names hardly ever do.
    expect(other.length).toBeLessThan(15);
  });
});

describe("a collection with answers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-xquad-"));
    const lines = (rows: object[]): string =>
      rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    await fs.writeFile(
      path.join(folder, "corpus.jsonl"),
      lines([
        { _id: "Super_Bowl#0", title: "Super Bowl: 50/II", text: "They gave up 308 points." },
        { _id: "b", title: "", text: "Nothing." },
      ]),
    );
    await fs.writeFile(
      path.join(folder, "queries.jsonl"),
      lines([
        { _id: "q1", text: "How many points?", answers: ["308", "308"] },
        { _id: "q2", text: "Which of them?", answers: [] },
        { _id: "q3", text: "And where?", answers: ["there"] },
      ]),
    );
    await fs.writeFile(
      path.join(folder, "qrels.tsv"),
      "q1\tSuper_Bowl#0\t1\nq2\tb\t1\nq3\tgone\t1\n",
    );
  });
  afterAll(() => fs.rm(folder, { recursive: true }));

  it("becomes a file for each document, and a question for each known answer and document", async () => {
    const set = await xquadSet(folder, new AbortController().signal);
    expect(set.files.map(({ name }) => name)).toEqual(["0001-Super-Bowl-50-II.md", "0002-.md"]);
    expect(Buffer.from(set.files[0]!.bytes).toString()).toContain("They gave up 308 points.");
    expect(set.questions).toMatchObject([
      { question: "How many points?", answers: ["308"], goldDocument: "0001-Super-Bowl-50-II.md" },
    ]);
  });

  it("is refused without any answer", async () => {
    await fs.writeFile(path.join(folder, "queries.jsonl"), '{"_id":"q1","text":"How many?"}\n');
    await expect(xquadSet(folder, new AbortController().signal)).rejects.toMatchObject({
      code: "bad-input",
    });
  });
});

describe("a part of a list", () => {
  it("is spread over the whole of it", () => {
    const list = Array.from({ length: 10 }, (_, at) => at);
    expect(spreadEvenly(list, 2)).toEqual([2, 7]);
    expect(spreadEvenly(list, 3)).toEqual([1, 5, 8]);
    expect(spreadEvenly(list, 10)).toEqual(list);
    expect(spreadEvenly(list, 99)).toEqual(list);
  });
});
