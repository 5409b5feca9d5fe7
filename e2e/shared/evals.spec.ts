import { expect, test } from "../support/test.ts";

test("answers are measured; a run is stopped, gone on with, deleted and brought back", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  const ways = page.getByRole("group", { name: "Ways of answering" });
  for (const way of ["Without RAG", "With RAG"]) await ways.getByLabel(way).uncheck();
  await page.getByRole("radio", { name: "50", exact: true }).click();
  await page.getByRole("button", { name: "Measure", exact: true }).click();

  // Its documents are read into a library of their own; then the answers come, one by one.
  await expect(page.getByText(/^\d+ of 50 documents$/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^[3-9] of 50 answers$/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Cancel" }).click();
  const rows = page.getByRole("table", { name: "Evaluations on this machine" }).locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("Stopped");
  await rows
    .first()
    .getByRole("button", { name: /^Go on with / })
    .click();
  await expect(page.getByText(/^\d+ of 50 answers$/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Measure", exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await expect(rows.first()).not.toContainText("Stopped");
  const pages = page.getByRole("figure").filter({ hasText: "Cited page right" });
  await expect(pages.getByRole("listitem")).toContainText("Quote alone");
  const right = Number((await pages.getByRole("listitem").innerText()).match(/[\d.]+$/u)?.[0]);
  expect(right).toBeGreaterThanOrEqual(0.95);
  await expect(page.getByRole("alert")).toHaveCount(0);

  await rows
    .first()
    .getByRole("button", { name: /^Delete / })
    .click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows).toHaveCount(1);
  // The user's own library has not changed.
  await hearth.openLibrary();
  await expect(page.getByRole("region", { name: "Library" }).getByText(/report-\d/)).toHaveCount(0);
});

test("own questions are typed, kept and put", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await page.getByRole("button", { name: "New set" }).click();
  const dialog = page.getByRole("dialog", { name: "Questions about your library" });
  await expect(dialog.getByRole("button", { name: "Save set" })).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Harbour");
  await dialog.getByRole("textbox", { name: "Question" }).fill("Who keeps the lamp?");
  await dialog.getByRole("textbox", { name: "Answer" }).fill("Oda Brandt | Brandt");
  await dialog.getByRole("button", { name: "Add question" }).click();
  await dialog.getByRole("textbox", { name: "Question" }).fill("Who painted The Night Watch?");
  await dialog.getByRole("switch", { name: "The documents do not say it" }).click();
  await dialog.getByRole("button", { name: "Add question" }).click();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await dialog.getByRole("button", { name: "Save set" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("2 questions")).toBeVisible();
  await page.getByRole("button", { name: "Change Harbour" }).click();
  await expect(dialog.getByRole("listitem").first()).toContainText("Oda Brandt / Brandt");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete Harbour" }).click();
  await page.getByRole("button", { name: "Delete the set" }).click();
  await expect(page.getByText("No set yet.")).toBeVisible();
});
