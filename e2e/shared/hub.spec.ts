import type { FakeHub } from "../../src-main/engine/models/testing/FakeHub.ts";
import { openFind, startHub } from "../support/hubModels.ts";
import { expect, test } from "../support/test.ts";

let hub: FakeHub;

test.beforeEach(async () => {
  hub = await startHub();
});
test.afterEach(async () => {
  await hub[Symbol.asyncDispose]();
});

test("a model is found, looked at, fetched with a pause, and is there", async ({ hearth }) => {
  const { page } = hearth;
  await openFind(hearth, hub);
  const recommended = page.getByRole("region", { name: "Suits this computer" });
  await expect(recommended.getByText(/^It needs about .* of the .* here\. /)).toBeVisible();
  await expect(page.getByText("Not yet compared with the hub").first()).toBeVisible();
  // Nothing is asked before the user searches.
  expect(hub.seen).toEqual([]);

  await page.getByRole("searchbox", { name: "Search the hub" }).fill("inkwell");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const results = page.getByRole("list", { name: "Models at the hub" });
  await expect(results.getByRole("listitem")).toHaveCount(2);
  await expect(results.getByText("Gated")).toBeVisible();
  await results.getByRole("button", { name: "Open: inkwell/Quill-GGUF" }).click();

  const dialog = page.getByRole("dialog", { name: "inkwell/Quill-GGUF" });
  // Both are judged by their own headers, of which no more than the beginning was fetched.
  await expect(dialog.getByText(/^Runs (?:well )?here/)).toHaveCount(2);
  await expect(
    dialog.getByText(/ · needs .* with 2,048 tokens of context; .* are free$/),
  ).toHaveCount(2);
  const ranges = hub.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);
  // The first part of a model has most of its header; of the others less is asked for.
  expect(ranges.filter((range) => range === "bytes=0-1048575")).toHaveLength(2);
  expect(ranges.filter((range) => range === "bytes=0-65535")).toHaveLength(2);
  expect(ranges).toHaveLength(4);
  await expect(dialog.getByText("1 file is not offered")).toBeVisible();
  await dialog.getByRole("button", { name: "Read the model card" }).click();
  await expect(dialog.getByRole("heading", { name: "Quill", exact: true })).toBeVisible();
  await expect(dialog.locator("img, script")).toHaveCount(0);
  expect(await page.evaluate(() => "wasRun" in window)).toBe(false);

  hub.paceMs = 120;
  await dialog.getByRole("button", { name: "Get Q8_0" }).click();
  await page.keyboard.press("Escape");
  const row = page.getByRole("list", { name: "Downloads" }).getByRole("listitem");
  await expect(row.getByText(/^Downloading · .* of .* · .*\/s/)).toBeVisible();
  await row.getByRole("button", { name: /^Pause/ }).click();
  await expect(row.getByText(/^Paused · /)).toBeVisible();
  hub.paceMs = 0;
  await row.getByRole("button", { name: /^Resume/ }).click();
  await expect(row.getByText(/^Ready · /)).toBeVisible();
  await row.getByRole("button", { name: /off the list$/ }).click();
  await expect(page.getByRole("list", { name: "Downloads" })).toHaveCount(0);

  await page.getByRole("tab", { name: "On this computer" }).click();
  await expect(page.getByRole("heading", { name: "Quill", exact: true })).toBeVisible();
});

test("a gated model says what it needs, and offline nothing is asked", async ({ hearth }) => {
  const { page } = hearth;
  await openFind(hearth, hub);
  await page.getByRole("searchbox", { name: "Search the hub" }).fill("vault");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Open: inkwell/Vault-GGUF" }).click();
  const dialog = page.getByRole("dialog", { name: "inkwell/Vault-GGUF" });
  await expect(dialog.getByText(/only to those who accept its terms/)).toBeVisible();
  await dialog.getByRole("button", { name: "Get Q8_0" }).click();
  await page.keyboard.press("Escape");
  const row = page.getByRole("list", { name: "Downloads" }).getByRole("listitem");
  await expect(row.getByRole("alert")).toContainText("accepted its terms and say who they are");

  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("switch", { name: /offline/i }).click();
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await expect(
    page.getByText(/nothing can be searched or fetched\. On this computer: .*SmolLM2/),
  ).toBeVisible();
  const asked = hub.seen.length;
  const search = page.getByRole("searchbox", { name: "Search the hub" });
  await search.fill("quill");
  await search.press("Enter");
  await expect(page.getByRole("button", { name: "Search", exact: true })).toBeDisabled();
  expect(hub.seen).toHaveLength(asked);
});
