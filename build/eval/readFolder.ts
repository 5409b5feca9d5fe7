import fs from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { HearthError } from "../../src-main/contract/errors.ts";
import { readFile } from "../../src-main/engine/library/readers/readFile.ts";

/**
 * Reads every file of a folder as the library does, in a thread of its own, and tells what came of
 * each: `node build/eval/readFolder.ts --data DIR [--passwords FILE] [--json]`. FILE is a JSON
 * object of passwords by file name, with or without its extension. Ends with 1 if a file took too
 * long, took too much memory, or failed without a plain reason.
 */
const limits = { seconds: 30, residentMb: 2048 };

interface Outcome {
  file: string;
  outcome: string;
  pages: number;
  characters: number;
  words: number;
  /** Pages by what they hold. */
  content: Record<string, number>;
  ms: number;
  /** The most memory the whole process held meanwhile. */
  residentMb: number;
  fault?: string;
}

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    passwords: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const folder = values.data ?? process.env["HEARTH_PDFS"];
if (folder === undefined) {
  console.error("Name the folder with --data DIR.");
  process.exit(64);
}
const passwords = new Map(
  Object.entries(
    values.passwords === undefined
      ? {}
      : (JSON.parse(await fs.readFile(values.passwords, "utf8")) as Record<string, string>),
  ),
);

async function readOne(file: string): Promise<Outcome> {
  const outcome: Outcome = {
    file: path.basename(file),
    outcome: "read",
    pages: 0,
    characters: 0,
    words: 0,
    content: {},
    ms: 0,
    residentMb: 0,
  };
  const name = outcome.file;
  const password = passwords.get(name) ?? passwords.get(path.parse(name).name);
  const look = (): void => {
    outcome.residentMb = Math.max(outcome.residentMb, Math.round(process.memoryUsage.rss() / 1e6));
  };
  const watch = setInterval(look, 20);
  const begun = performance.now();
  try {
    await readFile(
      file,
      (page) => {
        outcome.pages++;
        outcome.characters += page.text.length;
        outcome.words += page.words.count;
        outcome.content[page.content] = (outcome.content[page.content] ?? 0) + 1;
      },
      { password },
    );
  } catch (error) {
    if (error instanceof HearthError && error.code !== "internal") {
      outcome.outcome = `${error.code}: ${error.title} ${error.reason}`;
    } else {
      outcome.outcome = "fault";
      outcome.fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  } finally {
    clearInterval(watch);
  }
  look();
  outcome.ms = Math.round(performance.now() - begun);
  if (outcome.ms > limits.seconds * 1000) outcome.fault ??= `took over ${limits.seconds} s`;
  if (outcome.residentMb > limits.residentMb) outcome.fault ??= `took ${outcome.residentMb} MB`;
  return outcome;
}

const names = (await fs.readdir(folder, { withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ name }) => name)
  .sort();
const outcomes: Outcome[] = [];
for (const name of names) {
  const outcome = await readOne(path.join(folder, name));
  outcomes.push(outcome);
  if (values.json) continue;
  const { file, outcome: what, pages, characters, content, ms, residentMb, fault } = outcome;
  const held = Object.entries(content).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `${file}\t${what}\t${pages} pages (${held.join(", ")})\t${characters} characters\t${ms} ms\t${residentMb} MB${fault ? `\tFAULT ${fault}` : ""}`,
  );
}
const faults = outcomes.filter(({ fault }) => fault !== undefined);
if (values.json) console.log(JSON.stringify({ files: outcomes, faults: faults.length }));
else console.log(`${outcomes.length} files, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
