import path from "node:path";
import { writeEvalHistory } from "../support/evalHistory.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");

test("own questions are typed, put to the library, kept, deleted and brought back", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.addDocuments(ferry);
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await page.getByRole("button", { name: "New set" }).click();
  const dialog = page.getByRole("dialog", { name: "Questions about your library" });
  await expect(dialog.getByRole("button", { name: "Save set" })).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Ferry");
  await dialog.getByRole("textbox", { name: "Question" }).fill("Who leads the safety board?");
  await dialog.getByRole("combobox", { name: "Document" }).click();
  await page.getByRole("option", { name: path.basename(ferry) }).click();
  await dialog.getByRole("textbox", { name: "Page" }).fill("3");
  await dialog.getByRole("button", { name: "Add question" }).click();
  await dialog.getByRole("textbox", { name: "Question" }).fill("Who composed the opera Tosca?");
  await dialog.getByRole("switch", { name: "The documents do not say it" }).click();
  await dialog.getByRole("button", { name: "Add question" }).click();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await expect(dialog.getByRole("listitem").first()).toContainText("page 3");
  await dialog.getByRole("button", { name: "Save set" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("2 questions")).toBeVisible();

  await page.getByRole("combobox", { name: "Questions" }).click();
  await page.getByRole("option", { name: /^Ferry/ }).click();
  const ways = page.getByRole("group", { name: "Ways of answering" });
  for (const way of ["Without RAG", "With RAG"]) await ways.getByLabel(way).uncheck();
  await page.getByRole("button", { name: "Measure", exact: true }).click();
  const pages = page.getByRole("figure").filter({ hasText: "Cited page right" });
  await expect(pages.getByRole("listitem")).toContainText("1.00", { timeout: 60_000 });
  const numbers = page.getByRole("table", { name: /^Answers of each compared run/ });
  await expect(numbers.locator("tbody tr").first()).toContainText("2 of 2");
  await expect(page.getByRole("alert")).toHaveCount(0);

  const rows = page.getByRole("table", { name: "Evaluations on this machine" }).locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await rows
    .first()
    .getByRole("button", { name: /^Delete / })
    .click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Delete Ferry", exact: true }).click();
  await page.getByRole("button", { name: "Delete the set" }).click();
  await expect(page.getByText("No set yet.")).toBeVisible();
});

test("an evaluation is cancelled while it reads its documents, which the library never sees", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await page.getByRole("button", { name: "Measure", exact: true }).click();
  await expect(page.getByText(/^\d+ of 50 documents$/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Measure", exact: true })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await hearth.openLibrary();
  await expect(page.getByText("No documents yet")).toBeVisible();
});

test("a run that cannot be gone on with says why where it is seen", async ({ home, launch }) => {
  await writeEvalHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  const measure = page.getByRole("button", { name: "Measure", exact: true });
  const goOn = page.getByRole("button", { name: /^Go on with / });
  await goOn.scrollIntoViewIfNeeded();
  await expect(measure).not.toBeInViewport();
  await goOn.click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("questions");
  await expect(alert).toBeInViewport();
  await expect(measure).toBeInViewport();
});
