import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { FakeHub } from "../../src-main/engine/models/testing/FakeHub.ts";
import {
  noPackageHere,
  publishedVulkan,
  vulkan,
  withoutGraphicsLibraries,
} from "../support/graphicsLibraries.ts";
import { expect, test } from "../support/test.ts";

const missing = noPackageHere();

test("a graphics library is added from a file or a registry, and removed", async ({
  home,
  launch,
}) => {
  test.skip(missing !== null, missing ?? "");
  test.setTimeout(90_000);
  await using shipped = await withoutGraphicsLibraries();
  await using registry = await FakeHub.start();
  const packed = await publishedVulkan();
  registry.files.set(`/@node-llama-cpp/${vulkan}/-/${vulkan}-3.22.1.tgz`, {
    content: packed,
    isLarge: true,
  });
  const right = path.join(shipped.root, "brought.tgz");
  await fs.writeFile(right, packed);
  const wrong = path.join(shipped.root, "wrong.tgz");
  const other = Buffer.from(packed);
  other.copyWithin(1_000_000, 2_000_000, 2_000_100);
  await fs.writeFile(wrong, other);
  const library = path.join(home, "libraries", vulkan, "bins", vulkan, "libggml-vulkan.so");

  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  const row = page
    .getByRole("list", { name: "Graphics libraries" })
    .getByRole("listitem")
    .filter({ hasText: vulkan });
  await expect(row).toContainText("24 MB to fetch, 67 MB on the disk");

  // A file with another content is refused, and the keyboard suffices.
  const fromFile = row.getByRole("button", { name: "From a file…: Vulkan library" });
  await fromFile.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add the Vulkan library from a file" });
  await expect(dialog).toContainText(`npm pack @node-llama-cpp/${vulkan}@3.22.1`);
  const place = dialog.getByRole("textbox", { name: "File" });
  await place.fill(wrong);
  await place.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText(`This is not the file of ${vulkan}.`);
  expect(existsSync(path.join(home, "libraries", vulkan))).toBe(false);
  await place.fill(right);
  await place.press("Enter");
  await expect(dialog).toHaveCount(0, { timeout: 20_000 });
  await expect(row).toContainText("added, 67 MB");
  expect(existsSync(library)).toBe(true);

  const remove = row.getByRole("button", { name: "Remove the Vulkan library" });
  await remove.click();
  const question = page.getByRole("alertdialog", { name: "Remove the Vulkan library?" });
  await question.getByRole("button", { name: "Remove library" }).press("Enter");
  await expect(question).toHaveCount(0);
  await expect(fromFile).toBeVisible();
  expect(existsSync(library)).toBe(false);

  // From a registry: stopped in the midst, and gone on with.
  const get = row.getByRole("button", { name: "Get 24 MB: Vulkan library" });
  await page.getByRole("textbox", { name: "Package registry" }).fill("http://elsewhere.example");
  await expect(page.getByText("is not an https address without password")).toBeVisible();
  await expect(get).toBeDisabled();
  await page.getByRole("textbox", { name: "Package registry" }).fill(registry.url);
  await expect(get).toBeEnabled();
  registry.paceMs = 10;
  await get.press("Enter");
  await expect(row.getByRole("progressbar", { name: `Fetching ${vulkan}` })).toHaveAttribute(
    "aria-valuenow",
    /^[1-9]/u,
  );
  await row.getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(get).toBeEnabled();
  registry.paceMs = 0;
  await get.press("Enter");
  await expect(row).toContainText("added, 67 MB", { timeout: 20_000 });
  expect(existsSync(library)).toBe(true);
  const ranges = registry.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);
  expect(ranges.at(-1)).toMatch(/^bytes=[1-9]/u);

  // What was fetched is on record, and nothing is while Hearth is offline.
  await page.getByRole("button", { name: "Open the network log" }).click();
  await expect(page.getByText(`Download of ${vulkan}-3.22.1.tgz`).first()).toBeVisible();
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await remove.click();
  await question.getByRole("button", { name: "Remove library" }).click();
  await page.getByRole("switch", { name: "Offline lock" }).click();
  await get.click();
  await expect(page.getByRole("alert").filter({ hasText: "Hearth is offline." })).toBeVisible();
});
