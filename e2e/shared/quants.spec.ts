import { expect, test } from "../support/test.ts";
import { writeQuantHistory } from "../support/quantHistory.ts";

test("a file is measured with all that the table promises", async ({ hearth }) => {
  test.setTimeout(240_000);
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Quantizations" }).click();
  await expect(page.getByText("Nothing has been compared yet.")).toBeVisible();
  await page.getByRole("radio", { name: "None", exact: true }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByText(/reads the text$/).first()).toBeVisible({ timeout: 30_000 });

  // What is stopped leaves nothing; then it is run to its end, while another page is looked at.
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Compare", exact: true })).toBeVisible();
  await expect(page.getByText("Nothing has been compared yet.")).toBeVisible();
  await page.getByRole("radio", { name: "None", exact: true }).click();
  await page.getByRole("radio", { name: "1", exact: true }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByRole("progressbar").first()).toBeVisible();
  await hearth.newChat();
  await hearth.sidebar.getByRole("button", { name: "Quantizations" }).click();
  const table = page.getByRole("table", { name: /^Quantizations as this machine/ });
  await expect(table).toBeVisible({ timeout: 180_000 });
  const cells = await table.locator("tbody tr").first().locator("td").allInnerTexts();
  expect(cells[0]).toMatch(/SmolLM2.*Q4_1/u);
  expect(cells[1]).toBe("98 MB");
  // Reading and writing in tokens per second, and a perplexity that a language model has.
  for (const at of [4, 5]) expect(Number((cells[at] ?? "").replaceAll(",", ""))).toBeGreaterThan(1);
  const perplexity = Number.parseFloat(cells[7] ?? "");
  expect(perplexity).toBeGreaterThan(5);
  expect(perplexity).toBeLessThan(60);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("comparisons are shown, told in words, deleted and brought back", async ({ home, launch }) => {
  await writeQuantHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Quantizations" }).click();
  const table = page.getByRole("table", { name: /^Quantizations as this machine/ });
  await expect(table.locator("tbody tr")).toHaveCount(5);
  const choice = page.getByRole("term").filter({ hasText: "Least memory that keeps quality" });
  await expect(choice.locator("xpath=..")).toContainText("Q6_K");

  const history = page.getByRole("table", { name: /^Comparisons of quantizations/ });
  await history.getByRole("radio").last().check();
  await expect(table.locator("tbody tr")).toHaveCount(3);
  await expect(page.getByText("Other models worked meanwhile").first()).toBeVisible();
  await history
    .getByRole("button", { name: /^Delete / })
    .last()
    .click();
  await expect(history.locator("tbody tr")).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(history.locator("tbody tr")).toHaveCount(2);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByRole("menuitem", { name: "This comparison as Markdown" })).toBeVisible();
});
