import path from "node:path";
import type { HearthPage } from "../support/HearthPage.ts";
import { childrenOf } from "../support/processes.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const longStory = "Write a very long story about a lighthouse keeper, with many details.";

test("when the engine is killed while it answers, the window stays and the text is kept", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  const kept = await writtenForASecond(hearth);
  const first = await hearth.enginePid();
  process.kill(first, "SIGKILL");
  const answer = hearth.answers.last();
  await expect(answer).toHaveAttribute("aria-busy", "false");
  await expect(answer).toContainText("Cut off when the engine stopped. What had arrived is kept.");
  await expect.poll(async () => await hearth.enginePid()).not.toBe(first);
  await expect(page.getByRole("alert").first()).toContainText(/engine/i);
  expect(await hearth.answerText()).toContain(kept);
  await hearth.ask("Say hi.");
  // `kept` is text as it is seen, with its paragraphs apart.
  await expect(hearth.answers.first()).toContainText(kept, { useInnerText: true });
  await expect(hearth.answers.last()).toContainText("tok/s");
});

test("when the model's process is killed, the answer says so and the next one works", async ({
  hearth,
}) => {
  await hearth.ready();
  const kept = await writtenForASecond(hearth);
  const engine = await hearth.enginePid();
  const llama = await childrenOf(engine, path.join("node", "llama.js"));
  expect(llama).toHaveLength(1);
  for (const pid of llama) process.kill(pid, "SIGKILL");
  const answer = hearth.answers.last();
  await expect(answer).toHaveAttribute("aria-busy", "false");
  await expect(answer.getByRole("alert")).toContainText(/model/i);
  expect(await hearth.answerText()).toContain(kept);
  expect(await hearth.enginePid()).toBe(engine);
  await hearth.ask("Say hi.");
  await expect(hearth.answers.last()).toContainText("tok/s");
});

test("an ingest goes on after the engine was killed", async ({ hearth }) => {
  await hearth.ready();
  const files = ["tidewater-ferry-report.pdf", "quillback-orchard-handbook.pdf"];
  await hearth.openLibrary();
  await hearth.drop(...files.map((name) => path.join(fixturesDir, name)));
  await expect(hearth.row(files[0] ?? "")).toBeVisible();
  const first = await hearth.enginePid();
  process.kill(first, "SIGKILL");
  await expect.poll(async () => await hearth.enginePid()).not.toBe(first);
  for (const name of files) {
    await expect(hearth.row(name)).toContainText(/5 pages · \d+ passages/, { timeout: 60_000 });
    await expect(hearth.row(name)).toHaveCount(1);
  }
});

/** Starts a long answer. @returns text of it that has been on the screen for more than a second */
async function writtenForASecond(hearth: HearthPage): Promise<string> {
  await hearth.send(longStory);
  await expect
    .poll(async () => (await hearth.answerText()).length, { timeout: 60_000 })
    .toBeGreaterThan(40);
  const text = await hearth.answerText();
  const since = Date.now();
  // What is written is safe after a second; what came later may be lost.
  await expect.poll(() => Date.now() - since, { intervals: [100] }).toBeGreaterThan(1_200);
  await expect(hearth.answers.last()).toHaveAttribute("aria-busy", "true");
  return text;
}
