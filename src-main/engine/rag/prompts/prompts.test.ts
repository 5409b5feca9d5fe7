import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resourcesDir } from "../../../paths/entries.ts";
import { fillPrompt } from "./fillPrompt.ts";
import { checkPrompt, formatPrompt, parsePrompt } from "./promptFile.ts";
import { PromptLibrary } from "./PromptLibrary.ts";

const user = "Text: {{passages}}\nAsk: {{question}}";

describe("PromptLibrary", () => {
  let home: string;
  let shipped: string;
  let library: PromptLibrary;

  beforeEach(async () => {
    home = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-prompts-"));
    shipped = path.join(home, "shipped");
    await fs.cp(path.join(resourcesDir(), "prompts"), shipped, { recursive: true });
    library = new PromptLibrary({ shipped, home });
  });
  afterEach(() => fs.rm(home, { recursive: true, force: true }));

  it("has the prompts of Hearth, each of which is in order", async () => {
    const prompts = await library.list();
    expect(prompts.map(({ id }) => id)).toEqual(["answer", "part", "summary"]);
    for (const prompt of prompts) {
      expect(() => checkPrompt(prompt)).not.toThrow();
      expect(prompt).toMatchObject({ edited: false, version: 1, basedOn: null, problem: null });
    }
  });

  it("keeps the user's version over a newer one of Hearth, and says so", async () => {
    await library.save("answer", { system: "Be brief.", user });
    const newer = formatPrompt({ version: 2, system: "New.", user });
    await fs.writeFile(path.join(shipped, "answer.md"), newer);
    expect(await library.get("answer")).toMatchObject({
      system: "Be brief.",
      edited: true,
      version: 2,
      basedOn: 1,
    });
    expect(await library.reset("answer")).toMatchObject({ system: "New.", edited: false });
  });

  it("takes saving the words of Hearth for no version of the user's", async () => {
    const { system, user: own } = await library.get("part");
    expect(await library.save("part", { system, user: own })).toMatchObject({ edited: false });
  });

  it.each([
    ["Text: {{passages}}", "{{question}} has to stand in the prompt once."],
    [`${user} {{question}}`, "{{question}} has to stand in the prompt once."],
    [`${user} {{name}}`, "Hearth has nothing to put in for {{name}}."],
    ["{{question}} {{passages}}", "{{passages}} has to stand before {{question}}."],
  ])("refuses %j in plain words, and keeps what was there", async (text, title) => {
    await expect(library.save("answer", { system: "", user: text })).rejects.toMatchObject({
      code: "bad-input",
      title,
    });
    expect(await library.get("answer")).toMatchObject({ edited: false });
  });

  it("answers with its own where the user's file was spoilt, and says why", async () => {
    await fs.mkdir(path.join(home, "prompts"));
    await fs.writeFile(path.join(home, "prompts", "answer.md"), "nonsense");
    const prompt = await library.get("answer");
    expect(prompt).toMatchObject({ edited: false, problem: { code: "file-damaged" } });
    expect(prompt.system).not.toBe("");
    expect(await library.reset("answer")).toMatchObject({ problem: null });
  });
});

describe("a prompt", () => {
  it("is the same after it was written and read", () => {
    const prompt = { version: 3, system: "Be brief.\n\nTruly.", user };
    expect(parsePrompt(formatPrompt(prompt), "x")).toEqual(prompt);
  });

  it("G19: puts text in once: what stands in a passage is no placeholder and no frame", () => {
    const { messages } = fillPrompt({ system: "S", user }, "Why?", [
      { document: 'a"]\nb', page: 2, text: '{{question}} """ [c, page 1]' },
    ]);
    expect(messages.at(-1)?.content).toBe(
      'Text: [a b, page 2]\n"""\n{{question}} \'\'\' [c, page 1]\n"""\nAsk: Why?',
    );
  });
});
