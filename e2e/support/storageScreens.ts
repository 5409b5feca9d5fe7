import fs from "node:fs/promises";
import path from "node:path";
import { expect } from "@playwright/test";
import { writeSmallRanker } from "../../src-main/engine/models/testing/smallRanker.ts";
import { ChatServer } from "./fakeServer.ts";
import type { HearthPage } from "./HearthPage.ts";

/** What takes room; moving the models, and the disk of the moved ones gone; a reranker; a server's key. */
export async function storageScreens(
  hearth: HearthPage,
  shoot: (name: string) => Promise<void>,
): Promise<void> {
  const { page } = hearth;
  const disk = path.join(hearth.home, "..", `${path.basename(hearth.home)}-disk`);
  await fs.mkdir(disk);
  await fs.mkdir(path.join(hearth.home, "logs"), { recursive: true });
  await fs.writeFile(path.join(hearth.home, "logs", "engine.1.log"), "x".repeat(3_400_000));
  await writeSmallRanker(path.join(hearth.home, "models", "small-ranker.F32.gguf"));
  await hearth.ready();
  await hearth.ask("Name one colour.");
  await using server = await ChatServer.start("Yes.", "sesame");
  const open = async (): Promise<void> => {
    await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Open Storage" }).click();
    await expect(page.getByRole("list", { name: "What takes room" })).toBeVisible();
  };
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await page.getByRole("button", { name: "Look again" }).click();
  const rerankers = page.getByRole("region", { name: "Rerankers" });
  await rerankers.scrollIntoViewIfNeeded();
  await shoot("19-storage-reranker");
  await page.getByRole("button", { name: "Add a server" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill(server.host);
  await page.getByLabel("Key", { exact: true }).fill("sesame");
  await page.getByLabel("Key", { exact: true }).press("Enter");
  await page.getByRole("button", { name: /^Replace the key/ }).click();
  await page.getByLabel(/^New key of/).scrollIntoViewIfNeeded();
  await shoot("19-storage-server-key");
  await open();
  await shoot("19-storage");
  await page.getByRole("button", { name: /^Logs: free/ }).click();
  await shoot("19-storage-free");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Move…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(disk);
  await dialog.getByRole("textbox").press("Enter");
  await expect(dialog.getByRole("status")).toBeVisible();
  await shoot("19-storage-move");
  await dialog.getByRole("button", { name: "Move models" }).click();
  await expect(page.getByText(disk, { exact: true })).toBeVisible();
  await shoot("19-storage-moved");
  await fs.rename(disk, `${disk}-pulled`);
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByRole("region", { name: "Not reachable now" })).toBeVisible();
  await shoot("19-storage-models-away");
  await open();
  await shoot("19-storage-away");
  await fs.rename(`${disk}-pulled`, disk);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("button", { name: "Move back" }).click();
  await dialog.getByRole("button", { name: "Move models" }).click();
  await expect(page.getByText(path.join(hearth.home, "models"), { exact: true })).toBeVisible();
  await fs.rm(disk, { recursive: true, force: true });
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: "Reranker" }).scrollIntoViewIfNeeded();
  await shoot("19-storage-reranker-setting");
}
