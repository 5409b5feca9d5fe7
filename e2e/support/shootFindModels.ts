import { expect } from "@playwright/test";
import type { HearthPage } from "./HearthPage.ts";
import { openFind, startHub } from "./hubModels.ts";

/** Takes a picture under a name. */
export type Shoot = (name: string) => Promise<void>;

/** Finding models: Hearth's list, a search, a model, downloads, and what is asked for them. */
export async function findModels(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await using hub = await startHub();
  await openFind(hearth, hub);
  await expect(page.getByRole("region", { name: "Suits this computer" })).toBeVisible();
  await shoot("16-find-list");
  await page.getByRole("searchbox", { name: "Search the hub" }).fill("inkwell");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Models at the hub" })).toBeVisible();
  await shoot("16-find-results");
  await page.getByRole("button", { name: "Open: inkwell/Quill-GGUF" }).click();
  const dialog = page.getByRole("dialog", { name: "inkwell/Quill-GGUF" });
  await expect(dialog.getByText(/^Runs (?:well )?here/).first()).toBeVisible();
  await dialog.getByRole("button", { name: "Read the model card" }).click();
  await expect(dialog.getByRole("heading", { name: "Quill", exact: true })).toBeVisible();
  await shoot("16-find-model");
  hub.paceMs = 2000;
  await dialog.getByRole("button", { name: "Get Q8_0" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Open: inkwell/Vault-GGUF" }).click();
  const gated = page.getByRole("dialog", { name: "inkwell/Vault-GGUF" });
  await expect(gated.getByText(/accept its terms/)).toBeVisible();
  await shoot("16-find-gated");
  await page.keyboard.press("Escape");
  await expect(page.getByText(/^Downloading · /)).toBeVisible();
  await shoot("16-find-downloads");
  await page.getByRole("button", { name: "Hub settings" }).click();
  await shoot("16-find-settings");
}
