import fs from "node:fs/promises";
import path from "node:path";
import { writeCheckedChat } from "../support/checkedChat.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");
const question = "Who leads the safety board?";

test("evidence is previewed, pinned and followed by keyboard; the receipt adds up", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.addDocuments(ferry);
  await hearth.newChat();
  await hearth.attachAll();
  const answer = await hearth.ask(question);
  const mark = answer.getByRole("button", { name: /^Citation 1: / }).first();
  const preview = page.locator("[data-radix-popper-content-wrapper]");

  await test.step("a citation is previewed on focus, and Escape closes the preview alone", async () => {
    await mark.click();
    await expect(hearth.document).toBeVisible();
    await hearth.composer.focus();
    await mark.focus();
    await expect(preview).toContainText("Ingrid Vasko");
    await expect(preview).toContainText("p. 3");
    await page.keyboard.press("Escape");
    await expect(preview).toHaveCount(0);
    await expect(hearth.document).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(hearth.document).toBeHidden();
  });

  const pinned = page.getByRole("list", { name: "Pinned passages" });
  await test.step("a passage is pinned, stays with the chat and opens at its place", async () => {
    const cards = answer.getByRole("list", { name: "Evidence" });
    await expect(cards.locator("strong").first()).toContainText("Ingrid Vasko");
    // The words of the quote that answer are marked, in the first card alone.
    await expect(cards.locator("mark")).toHaveText("Ingrid Vasko");
    await cards.getByRole("button", { name: "Pin passage 1 to this chat" }).press("Enter");
    await expect(pinned.getByRole("listitem")).toHaveCount(1);
    await expect(pinned).toContainText("p. 3");
    await page.reload();
    await hearth.sidebar.getByRole("button", { name: question }).first().click();
    await expect(pinned.getByRole("listitem")).toHaveCount(1);
    await pinned.getByRole("button", { name: /^Open the pinned passage/ }).click();
    await hearth.expectPage(3, 5);
    const shown = hearth.document.getByRole("group", { name: "Page 3" });
    await expect(shown.locator("[data-highlight]").first()).toBeInViewport();
    await page.keyboard.press("Escape");
  });

  await test.step("the parts of each score add up, and every cut passage has its reason", async () => {
    await hearth.answers.last().hover();
    await hearth.answers.last().getByRole("button", { name: "Receipt" }).click();
    const receipt = page.getByRole("complementary", { name: "Receipt" });
    await expect(receipt).toContainText(question);
    const rows = receipt.getByRole("table", { name: "Passages" }).locator("tbody tr");
    expect(await rows.count()).toBeGreaterThan(0);
    for (const row of await rows.all()) {
      const numbers = (await row.getByRole("cell").allInnerTexts()).map((text) =>
        Number(text.split("\n")[0]?.replace("–", "0")),
      );
      const whole = numbers.pop() ?? Number.NaN;
      const sum = numbers.reduce((total, part) => total + part, 0);
      // Each part is rounded to four digits.
      expect(Math.abs(sum - whole)).toBeLessThan(0.0005);
      await expect(row.getByRole("rowheader")).toContainText(/in the prompt|cut: \S/);
    }
    const times = receipt.getByRole("table", { name: "Time" });
    await expect(times.locator("tbody tr").first().locator("span > span")).toBeAttached();
    await receipt.getByRole("button", { name: "Close" }).click();
  });

  await test.step("where the documents do not answer, there is a way on", async () => {
    const declined = await hearth.ask("Which composer wrote the opera Tosca?");
    await expect(declined.getByText("Not found in the documents")).toBeVisible();
    const ways = declined.getByRole("group", { name: "Ways to go on" });
    await ways.getByRole("button", { name: "Choose other documents" }).click();
    await expect(page.getByRole("dialog", { name: "Ask from documents" })).toBeVisible();
    await page.keyboard.press("Escape");
    await ways.getByRole("button", { name: "Ask without documents" }).click();
    await expect(pinned).toHaveCount(0);
    await hearth.answered();
    await expect(page.getByRole("list", { name: "Attached documents" })).toHaveCount(0);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(pinned.getByRole("listitem")).toHaveCount(1);
    await pinned.getByRole("button", { name: /^Unpin / }).click();
    await expect(pinned).toHaveCount(0);
  });
});

test("a pinned passage says when its document is gone", async ({ hearth }, info) => {
  const { page } = hearth;
  const notes = info.outputPath("notes.md");
  await fs.writeFile(notes, "# Notes\n\nThe spare key hangs behind the blue barometer.\n");
  await hearth.ready();
  await hearth.addDocuments(notes);
  await page.getByRole("searchbox").fill("spare key");
  await page.keyboard.press("Enter");
  const passages = page.getByRole("list", { name: "Passages" });
  await passages.getByRole("button", { name: "Pin this passage of notes.md" }).press("Enter");
  await page.getByRole("button", { name: "Open the chat", exact: true }).click();
  const pinned = page.getByRole("list", { name: "Pinned passages" });
  await expect(pinned).toContainText("notes.md");
  // A passage alone is asked, without any attached document.
  const answer = await hearth.ask("Where does the spare key hang?");
  await expect(answer.getByRole("blockquote").first()).toContainText("blue barometer");

  await hearth.openLibrary();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("radio", { name: "Names" }).click();
  await hearth.row("notes.md").hover();
  await hearth.row("notes.md").getByRole("button", { name: "Actions for notes.md" }).click();
  await page.getByRole("menuitem", { name: "Remove from library" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Remove notes.md?" });
  await dialog.getByRole("button", { name: "Remove from library" }).click();
  await expect(hearth.row("notes.md")).toHaveCount(0);
  await page.reload();
  await hearth.sidebar
    .getByRole("button", { name: /spare key/ })
    .first()
    .click();
  await expect(pinned).toContainText("no longer in the document");
});

test("what the documents do not carry is marked in the answer, and says why", async ({
  home,
  launch,
}) => {
  await writeCheckedChat(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Safety board" }).first().click();
  const answer = hearth.answers.last();
  const unsupported = answer.getByRole("button", { name: "not in the documents", exact: true });
  const partly = answer.getByRole("button", { name: "partly in the documents" });
  await expect(unsupported).toHaveCount(1);
  await expect(partly).toHaveCount(1);
  await expect(answer.locator("[data-support=missing]").first()).toHaveText("1987");

  await partly.focus();
  await expect(page.getByRole("tooltip")).toContainText("a part of this");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);

  // A mark never begins a line without a word of its sentence.
  for (const width of [1440, 1000, 820, 700]) {
    await hearth.app.resize({ width, height: 800 });
    const alone = await answer.locator("button[data-support]").evaluateAll(
      (marks) =>
        marks.filter((mark) => {
          const word = mark.previousElementSibling ?? mark.previousSibling;
          const range = document.createRange();
          if (word) range.selectNodeContents(word);
          const box = range.getBoundingClientRect();
          return Math.abs(box.bottom - mark.getBoundingClientRect().bottom) > 12;
        }).length,
    );
    expect(alone, `${width} px wide`).toBe(0);
  }
});
