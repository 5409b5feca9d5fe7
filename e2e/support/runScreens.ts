import fs from "node:fs/promises";
import path from "node:path";
import { expect } from "@playwright/test";
import { chatModelFile } from "./homes.ts";
import type { HearthPage } from "./HearthPage.ts";
import type { Shoot } from "./shootFindModels.ts";

/** The activity strip and the benchmark page: empty, failed, busy, with a history. */
export async function atWork(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await page.getByRole("button", { name: /^Activity/ }).click();
  await shoot("10-activity-empty");
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(page.getByRole("table")).toBeVisible();
  const run = page.getByRole("button", { name: "Run", exact: true });

  // A model that is away when it is wanted.
  const file = path.join(hearth.home, "models", chatModelFile);
  await fs.rename(file, `${file}.away`);
  await run.click();
  await expect(page.getByRole("alert")).toBeVisible({ timeout: 30_000 });
  await shoot("11-bench-error");
  await fs.rename(`${file}.away`, file);

  await page.getByRole("radio", { name: "1" }).click();
  await run.click();
  await expect(page.getByText(/^Repetition 1 of 1.*Writing/)).toBeVisible({ timeout: 60_000 });
  await shoot("11-bench-busy");
  await expect(run).toBeVisible({ timeout: 120_000 });
  await shoot("11-bench-history");

  await hearth.newChat();
  await hearth.send("Write a very long story about a lighthouse keeper, with many details.");
  await expect
    .poll(async () => (await hearth.answerText()).length, { timeout: 60_000 })
    .toBeGreaterThan(200);
  await shoot("10-activity-busy");
  await hearth.answered(120_000);
}

/** The evaluation page: with a history, a set that is made, failed, busy. */
export async function evaluation(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await expect(page.getByRole("table").first()).toBeVisible();
  await shoot("15-evals-history");
  await page
    .getByRole("heading", { name: "What was answered and declined" })
    .scrollIntoViewIfNeeded();
  await shoot("15-evals-numbers");
  await page.getByRole("button", { name: "New set" }).click();
  const dialog = page.getByRole("dialog", { name: "Questions about your library" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Ferry questions");
  await dialog.getByRole("textbox", { name: "Question" }).fill("Who leads the safety board?");
  await dialog.getByRole("textbox", { name: "Answer" }).fill("Oda Brandt | Brandt");
  await dialog.getByRole("button", { name: "Add question" }).click();
  await dialog.getByRole("textbox", { name: "Page" }).fill("x");
  await dialog.getByRole("textbox", { name: "Question" }).fill("How many passengers were there?");
  await shoot("15-evals-set");
  await page.keyboard.press("Escape");

  // A stopped run whose set is gone.
  await page.getByRole("button", { name: /^Go on with / }).click();
  await expect(page.getByRole("alert")).toBeVisible({ timeout: 30_000 });
  await shoot("15-evals-error");
  await page.getByRole("button", { name: "Measure", exact: true }).click();
  await expect(page.getByText(/^\d+ of 150 answers$/)).toBeVisible({ timeout: 90_000 });
  await shoot("15-evals-busy");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Measure", exact: true })).toBeVisible({
    timeout: 60_000,
  });
}

/** The page that compares quantizations: with a history, and busy. */
export async function quantizations(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Quantizations" }).click();
  await expect(page.getByRole("table").first()).toBeVisible();
  await shoot("19-quants-history");
  await page.getByRole("heading", { name: "History" }).scrollIntoViewIfNeeded();
  await shoot("19-quants-numbers");
  await page.getByRole("radio", { name: "Search" }).click();
  await shoot("19-quants-search");
  await page.getByRole("radio", { name: "Chats" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByText(/reads the text$/).first()).toBeVisible({ timeout: 60_000 });
  await shoot("19-quants-busy");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Compare", exact: true })).toBeVisible({
    timeout: 60_000,
  });
}
