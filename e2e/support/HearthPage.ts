import { expect, type Locator, type Page } from "@playwright/test";
import fs from "node:fs/promises";
import path from "node:path";
import type { RunningApp } from "./RunningApp.ts";

/** Hearth as its user sees it: what can be done, by the names on the screen. */
export class HearthPage {
  readonly page: Page;
  readonly home: string;
  readonly app: RunningApp;

  constructor(app: RunningApp, home: string) {
    this.app = app;
    this.page = app.page;
    this.home = home;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message", exact: true });
  }

  get answers(): Locator {
    return this.page.getByRole("article", { name: "Answer" });
  }

  get questions(): Locator {
    return this.page.getByRole("article", { name: "You" });
  }

  get sidebar(): Locator {
    return this.page.getByRole("navigation", { name: "sidebar" });
  }

  get document(): Locator {
    return this.page.getByRole("complementary", { name: "Document" });
  }

  /** The open document is at this page of so many. */
  async expectPage(page: number, pages: number): Promise<void> {
    const field = this.document.getByRole("textbox", { name: "Page", exact: true });
    await expect(field).toHaveValue(String(page));
    await expect(this.document.getByText(`/ ${pages}`, { exact: true })).toBeVisible();
  }

  async ready(): Promise<void> {
    await expect(this.composer).toBeVisible({ timeout: 30_000 });
    await expect(this.page.getByRole("button", { name: /^Model / })).toContainText("SmolLM2", {
      timeout: 30_000,
    });
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Waits until the last answer has ended. */
  async answered(timeout = 60_000): Promise<Locator> {
    const last = this.answers.last();
    await expect(last).toHaveAttribute("aria-busy", "false", { timeout });
    return last;
  }

  async ask(text: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.send(text);
    await expect(this.answers).toHaveCount(before + 1);
    return await this.answered();
  }

  async openLibrary(): Promise<void> {
    await this.sidebar.getByRole("button", { name: /^Library/ }).click();
  }

  async newChat(): Promise<void> {
    await this.sidebar.getByRole("button", { name: /^New chat/ }).click();
  }

  /** Drops files on the window, as from a file manager. */
  async drop(...files: string[]): Promise<void> {
    await this.dropAt({ x: 0, y: 0 }, files);
  }

  /** Drops files at a place of the window. */
  async dropAt(at: { x: number; y: number }, files: readonly string[]): Promise<void> {
    // Real File objects with paths can only come through an input; the page takes both alike.
    const contents = await Promise.all(
      files.map(async (file) => ({
        name: path.basename(file),
        base64: (await fs.readFile(file)).toString("base64"),
      })),
    );
    const transfer = await this.page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    }, contents);
    await this.page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
    await this.page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
    await this.page.dispatchEvent("body", "drop", {
      dataTransfer: transfer,
      clientX: at.x,
      clientY: at.y,
    });
  }

  /** The row of a document in the library. */
  row(name: string): Locator {
    const library = this.page.getByRole("region", { name: "Library" });
    return library.getByRole("listitem").filter({ hasText: name });
  }

  /** What stands in the last answer: its evidence and its text, without the footer. */
  async answerText(): Promise<string> {
    const parts = this.answers.last().locator("> :not(footer):not([role=status])");
    return (await parts.allInnerTexts()).join("\n").trim();
  }

  /** Adds documents and waits until they can be searched. */
  async addDocuments(...files: string[]): Promise<void> {
    await this.openLibrary();
    await this.drop(...files);
    for (const file of files) {
      await expect(this.row(path.basename(file))).toContainText(/\d passages? · /, {
        timeout: 60_000,
      });
    }
  }

  /** Attaches every document of the library to the chat that is shown. */
  async attachAll(): Promise<void> {
    await this.page.getByRole("button", { name: "Attach documents" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Ask from documents" });
    await dialog.getByRole("checkbox", { name: "All documents" }).check();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
  }

  /** Changes the options of the chat that is shown. */
  async setOptions(change: (dialog: Locator) => Promise<void>): Promise<void> {
    await this.page.getByRole("button", { name: "Chat options" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Chat options" });
    await change(dialog);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
  }

  async setLongestAnswer(tokens: number): Promise<void> {
    await this.setOptions(async (dialog) => {
      await dialog.getByRole("textbox", { name: "Longest answer" }).fill(String(tokens));
    });
  }

  /** The running engine's process. */
  async enginePid(): Promise<number> {
    const record: unknown = JSON.parse(
      await fs.readFile(path.join(this.home, "engine.json"), "utf8"),
    );
    if (typeof record !== "object" || record === null || !("pid" in record)) {
      throw new Error("The home names no engine.");
    }
    return Number(record.pid);
  }
}
