import { expect, test } from "../support/test.ts";

test("a model is measured; the run is kept, compared, deleted and brought back", async ({
  hearth,
  launch,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await page.getByRole("radio", { name: "1", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const progress = page.getByRole("progressbar").first();
  await expect(progress).toBeVisible();
  // Leaving the page stops nothing.
  await hearth.newChat();
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(progress).toBeVisible();
  await expect(page.getByRole("table")).toBeVisible({ timeout: 100_000 });
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("SmolLM2");
  const rates = (await rows.first().locator("td").allInnerTexts())
    .slice(3, 8)
    .map((text) => Number(text.replaceAll(",", "")));
  expect(rates).toHaveLength(5);
  for (const rate of rates) expect(rate).toBeGreaterThan(1);
  await expect(page.getByRole("figure")).toHaveCount(5);

  await rows
    .first()
    .getByRole("button", { name: /^Delete / })
    .click();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows).toHaveCount(1);

  const kept = await rows.first().innerText();
  await hearth.app.close();
  const again = await launch();
  await again.ready();
  await again.sidebar.getByRole("button", { name: "Benchmark" }).click();
  const row = again.page.getByRole("table").locator("tbody tr");
  await expect(row).toHaveCount(1);
  expect(await row.innerText()).toBe(kept);
});

test("a benchmark is cancelled, and nothing of it is kept", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await page.getByRole("radio", { name: "5", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText(/reads a prompt/).first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeVisible();
  await expect(page.getByText("Nothing has been measured yet.")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
