import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import fs from "node:fs/promises";
import path from "node:path";
import { writeBenchHistory } from "../support/benchHistory.ts";
import { writeEvalHistory } from "../support/evalHistory.ts";
import { writeQuantHistory } from "../support/quantHistory.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");

test("axe finds nothing serious on any page, light or dark", async ({ hearth }, info) => {
  test.setTimeout(240_000);
  const { page } = hearth;
  await hearth.ready();
  await expectAccessible(page, "empty chat");
  await hearth.openLibrary();
  await expectAccessible(page, "empty library");

  const broken = info.outputPath("minutes.pdf");
  await fs.writeFile(broken, "Not a PDF.\n");
  await hearth.drop(broken);
  await expect(hearth.row("minutes.pdf").getByRole("alert")).toBeVisible({ timeout: 60_000 });
  await hearth.addDocuments(ferry);
  await expectAccessible(page, "library with a ready and a failed document");

  await hearth.newChat();
  await page.getByRole("button", { name: "Attach documents" }).click();
  await expectAccessible(page, "attach dialog");
  await page.keyboard.press("Escape");
  await hearth.attachAll();
  const answer = await hearth.ask("Who leads the safety board?");
  await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
  await expect(hearth.document.locator("canvas[data-drawn=true]").first()).toBeVisible();
  await expectAccessible(page, "answer with an open document");
  await hearth.document.getByRole("button", { name: "Show or hide contents and pages" }).click();
  await hearth.document.getByRole("button", { name: "Find in this document" }).click();
  await page.keyboard.type("board");
  await expect(hearth.document.getByRole("status").filter({ hasText: / of \d/ })).toBeVisible();
  await expectAccessible(page, "document with its pages in small and something found");
  await page.keyboard.press("Escape");
  await answer.getByRole("button", { name: "Receipt" }).click();
  await expectAccessible(page, "receipt");
  await page.getByRole("button", { name: "Close", exact: true }).click();

  await page.getByRole("button", { name: "Chat options" }).click();
  await expectAccessible(page, "chat options");
  await page.keyboard.press("Escape");
  await hearth.sidebar.getByRole("button", { name: /^Actions for / }).click();
  await page.getByRole("menuitem", { name: "Rename chat" }).click();
  await expectAccessible(page, "rename dialog");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog", { name: "Find a chat or a command" })).toBeVisible();
  await expectAccessible(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expectAccessible(page, "shortcut list");
  await page.keyboard.press("Escape");

  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await expect(page.getByRole("heading", { name: "Models", level: 1 })).toBeVisible();
  await expectAccessible(page, "models");
  await page.getByRole("button", { name: "Add a model file" }).click();
  await expectAccessible(page, "add a model");
  await page.keyboard.press("Escape");
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(page.getByRole("heading", { name: "Benchmark", level: 1 })).toBeVisible();
  await expectAccessible(page, "benchmark, nothing measured");
  await page.getByRole("button", { name: /^Activity/ }).click();
  await expectAccessible(page, "benchmark and activity");
  await page.getByRole("button", { name: "Hide activity" }).click();
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expectAccessible(page, "settings");
  await page.getByRole("button", { name: "Open the network log" }).click();
  await expect(page.getByRole("heading", { name: "Network log", level: 1 })).toBeVisible();
  await expectAccessible(page, "network log");
});

test("axe finds nothing serious on the benchmark page with a history", async ({ home, launch }) => {
  await writeBenchHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(page.getByRole("table")).toBeVisible();
  await expectAccessible(page, "benchmark with a history");
  await page.getByRole("button", { name: "Export" }).click();
  await expectAccessible(page, "export menu");
});

test("axe finds nothing serious on the page of quantizations", async ({ home, launch }) => {
  await writeQuantHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Quantizations" }).click();
  await expect(page.getByRole("table").first()).toBeVisible();
  await expectAccessible(page, "quantizations with a history");
  await page.getByRole("radio", { name: "Search" }).click();
  await expectAccessible(page, "quantizations for search");
});

test("axe finds nothing serious on the evaluation page", async ({ home, launch }) => {
  await writeEvalHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await expect(page.getByRole("table").first()).toBeVisible();
  await expectAccessible(page, "evaluation with a history");
  await page.getByRole("button", { name: "New set" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "a set of questions");
});

test("a chat is had by keyboard alone", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await expect(hearth.composer).toBeFocused();
  await page.keyboard.type("Say hi.");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("In one line.");
  await expect(hearth.composer).toHaveValue("Say hi.\nIn one line.");
  await page.keyboard.press("Enter");
  await expect(hearth.answers).toHaveCount(1);
  await hearth.answered();
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await expect(hearth.answers).toHaveCount(0);
  await expect(hearth.composer).toBeFocused();
  await page.keyboard.type("Say bye.");
  await page.keyboard.press("Enter");
  await hearth.answered();
  await page.keyboard.press("ControlOrMeta+2");
  await expect(hearth.questions).toContainText("In one line.");
});

test("a document is attached, asked and read by keyboard alone", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.addDocuments(ferry);
  await page.keyboard.press("ControlOrMeta+Alt+n");
  await expect(hearth.composer).toBeFocused();
  await tabTo(page, "Attach documents");
  await page.keyboard.press("Enter");
  await tabTo(page, "All documents");
  await page.keyboard.press("Space");
  await tabTo(page, "Done");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Attached documents" })).toContainText(".pdf");
  // Where the dialog was opened from.
  await expect(page.getByRole("button", { name: "Attach documents" })).toBeFocused();
  await page.keyboard.press("ControlOrMeta+l");
  await expect(hearth.composer).toBeFocused();
  await page.keyboard.type("Who leads the safety board?");
  await page.keyboard.press("Enter");
  await expect(hearth.answers).toHaveCount(1);
  await hearth.answered();
  await tabTo(page, "Citation 1", "Shift+Tab");
  await page.keyboard.press("Enter");
  await hearth.expectPage(3, 5);
  await page.keyboard.press("Escape");
  await expect(hearth.document).toBeHidden();
  await expect.poll(async () => await focusedName(page)).toContain("Citation 1");
});

async function expectAccessible(page: Page, where: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settleColours(page);
    // The legacy mode needs no second page, which a window of Electron cannot open.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const serious = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ""}`),
      );
    expect(serious, `${where}, ${colorScheme}`).toEqual([]);
  }
}

/** Waits until the new theme is painted: colours may be on their way from the old one. */
async function settleColours(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const ending = document
      .getAnimations()
      .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}

/** Presses Tab until what has the focus is so named. */
async function tabTo(page: Page, name: string, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focusedName(page)).includes(name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never leads to “${name}”.`);
}

async function focusedName(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    const labelled = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    return (
      element?.getAttribute("aria-label") ?? labelled?.textContent ?? element?.textContent ?? ""
    );
  });
}
