import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";
import type { HearthPage } from "../support/HearthPage.ts";

/** Long enough to be stopped on the way, and to reach any limit. */
const longStory = "Write a very long story about a lighthouse keeper, with many details.";

test("a first message streams its answer and ends with its numbers", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.send("Say hello to the crew of a small ship.");
  const answer = hearth.answers.last();
  await expect(answer).toHaveAttribute("aria-busy", "true");
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  await expect(hearth.composer).toBeFocused();
  await hearth.answered();
  await expect(answer).toContainText(/\d tok\/s · context [\d,]+ \/ [\d,]+ · SmolLM2.* Q4_1/i);
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  await expect(hearth.composer).toHaveValue("");
  await expect(hearth.questions).toHaveCount(1);
});

test("stopping keeps what was written, and it can go on", async ({ hearth }) => {
  await hearth.ready();
  const { before, kept } = await stopMidway(hearth);
  expect(kept.startsWith(before)).toBe(true);
  const answer = hearth.answers.last();
  await expect(answer).toContainText("Stopped.");
  await hearth.setLongestAnswer(16);
  await answer.getByRole("button", { name: "Continue" }).click();
  await expect(answer).toContainText("Ended at the token limit.", { timeout: 60_000 });
  const longer = await hearth.answerText();
  expect(longer.startsWith(kept)).toBe(true);
  expect(longer.length).toBeGreaterThan(kept.length);
});

test("an answer that ends at the token limit is continued", async ({ hearth }) => {
  await hearth.ready();
  await hearth.ask("Say hi.");
  await hearth.setOptions(async (dialog) => {
    // By chance a story could end with the sentence at which it was cut.
    await dialog.getByRole("textbox", { name: "Temperature" }).fill("0");
    await dialog.getByRole("textbox", { name: "Longest answer" }).fill("16");
  });
  const answer = await hearth.ask(longStory);
  await expect(answer).toContainText("Ended at the token limit.");
  const first = await hearth.answerText();
  await answer.getByRole("button", { name: "Continue" }).click();
  await expect.poll(async () => (await hearth.answerText()).length).toBeGreaterThan(first.length);
  await hearth.answered();
  expect((await hearth.answerText()).startsWith(first)).toBe(true);
});

test("another answer and an edited message are versions; nothing is erased", async ({ hearth }) => {
  await hearth.ready();
  await hearth.ask("Name a colour.");
  await hearth.setLongestAnswer(16);
  const answer = hearth.answers.last();
  const first = await hearth.answerText();
  await answer.getByRole("button", { name: "Answer again" }).click();
  await expect(answer.getByText("2/2", { exact: true })).toBeVisible({ timeout: 30_000 });
  await hearth.answered();
  const second = await hearth.answerText();
  await answer.getByRole("button", { name: "Previous version" }).click();
  await expect(answer.getByText("1/2", { exact: true })).toBeVisible();
  expect(await hearth.answerText()).toBe(first);
  await answer.getByRole("button", { name: "Next version" }).click();
  await expect(answer.getByText("2/2", { exact: true })).toBeVisible();
  expect(await hearth.answerText()).toBe(second);

  const question = hearth.questions.last();
  await question.getByRole("button", { name: "Edit" }).click();
  const editor = hearth.page.getByRole("textbox", { name: "Edit message" });
  await expect(editor).toBeFocused();
  await editor.fill("Name a river.");
  await editor.press("Enter");
  await expect(question).toContainText("Name a river.");
  await expect(question.getByText("2/2", { exact: true })).toBeVisible();
  await hearth.answered();
  await question.getByRole("button", { name: "Previous version" }).click();
  await expect(question).toContainText("Name a colour.");
  await expect(answer.getByText("2/2", { exact: true })).toBeVisible();
  expect(await hearth.answerText()).toBe(second);
});

test("a chat is renamed, deleted and brought back", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.ask("Say hi.");
  await hearth.sidebar.getByRole("button", { name: /^Actions for / }).click();
  await page.getByRole("menuitem", { name: "Rename chat" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename chat" });
  const title = dialog.getByRole("textbox", { name: "Title" });
  await expect(title).toBeFocused();
  await title.fill("Greetings at sea");
  await title.press("Enter");
  await expect(dialog).toBeHidden();
  const row = hearth.sidebar.getByRole("button", { name: "Greetings at sea", exact: true });
  await expect(row).toBeVisible();
  await expect(page.getByRole("heading", { name: "Greetings at sea" })).toBeVisible();

  await hearth.sidebar.getByRole("button", { name: "Actions for Greetings at sea" }).click();
  await page.getByRole("menuitem", { name: "Delete chat" }).click();
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
  await expect(hearth.questions).toHaveCount(1);
  await expect(hearth.answers).toHaveCount(1);
});

test("chats, options, drafts and branches survive a restart", async ({ launch, face }) => {
  const before = await launch();
  await before.ready();
  await before.ask("Say hi to Ambrose.");
  await before.setOptions(async (dialog) => {
    await dialog.getByRole("textbox", { name: "System prompt" }).fill("You answer in one word.");
    await dialog.getByRole("textbox", { name: "Temperature" }).fill("0.15");
    await dialog.getByRole("textbox", { name: "Longest answer" }).fill("32");
    await dialog.getByRole("textbox", { name: "Seed" }).fill("42");
  });
  await before.ask("Again, please.");
  const texts = await before.answers.allInnerTexts();
  await before.composer.fill("half a thought");
  if (face === "web") {
    // The headless host takes another port at each start, and drafts belong to the page's address.
    await before.page.reload();
    await openFirstChat(before);
    await expect(before.composer).toHaveValue("half a thought");
  }
  await before.app.close();

  const after = await launch();
  await after.ready();
  await openFirstChat(after);
  await expect(after.answers).toHaveCount(2);
  expect(await after.answers.allInnerTexts()).toEqual(texts);
  if (face === "desktop") await expect(after.composer).toHaveValue("half a thought");
  await after.page.getByRole("button", { name: "Chat options" }).click();
  const dialog = after.page.getByRole("dialog", { name: "Chat options" });
  await expect(dialog.getByRole("textbox", { name: "System prompt" })).toHaveValue(
    "You answer in one word.",
  );
  await expect(dialog.getByRole("textbox", { name: "Temperature" })).toHaveValue("0.15");
  await expect(dialog.getByRole("textbox", { name: "Longest answer" })).toHaveValue("32");
  await expect(dialog.getByRole("textbox", { name: "Seed" })).toHaveValue("42");
});

test("a second chat, and the palette finds the first by its text", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.ask("Say hi. The password of the day is quincunx.");
  await hearth.composer.fill("not sent in the first chat");
  await hearth.newChat();
  await expect(hearth.composer).toHaveValue("");
  await hearth.ask("Say bye.");
  await expect(hearth.questions).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+k");
  const palette = page.getByRole("dialog", { name: "Find a chat or a command" });
  await palette.getByRole("combobox").fill("quincunx");
  const hit = palette.getByRole("option").filter({ hasText: "quincunx" }).last();
  await expect(hit).toBeVisible();
  await hit.click();
  await expect(palette).toBeHidden();
  await expect(hearth.questions).toContainText("quincunx");
  await expect(hearth.composer).toHaveValue("not sent in the first chat");
});

test("code comes in a box, and its button copies it", async ({ hearth, face }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.ask("Say hi.");
  await hearth.setOptions(async (dialog) => {
    await dialog.getByRole("textbox", { name: "Temperature" }).fill("0");
    await dialog.getByRole("textbox", { name: "Longest answer" }).fill("192");
  });
  const answer = await hearth.ask(
    "Write a Python function that adds two numbers. Put it in a ```python code block.",
  );
  const block = answer.getByRole("figure").first();
  await expect(block).toBeVisible();
  const code = (await block.getByRole("code").innerText()).trimEnd();
  expect(code).toContain("def ");
  await block.getByRole("button", { name: "Copy code" }).click();
  await expect(block.getByRole("button", { name: "Copied" })).toBeVisible();
  const pasted = face === "web" ? await readClipboard(page) : await paste(hearth);
  expect(pasted.trimEnd()).toBe(code);
});

async function stopMidway(hearth: HearthPage): Promise<{ before: string; kept: string }> {
  await hearth.send(longStory);
  await expect.poll(async () => (await hearth.answerText()).length).toBeGreaterThan(40);
  const before = await hearth.answerText();
  await hearth.page.getByRole("button", { name: "Stop" }).click();
  await hearth.answered();
  return { before, kept: await hearth.answerText() };
}

async function openFirstChat(hearth: HearthPage): Promise<void> {
  const chats = hearth.sidebar.getByRole("list", { name: "Today" });
  await chats.getByRole("button").first().click();
  await expect(hearth.answers.first()).toBeVisible();
}

async function readClipboard(page: Page): Promise<string> {
  return await page.evaluate(async () => await navigator.clipboard.readText());
}

/** The desktop app lets no page read the clipboard; its user pastes. */
async function paste(hearth: HearthPage): Promise<string> {
  await hearth.composer.fill("");
  await hearth.composer.press("ControlOrMeta+v");
  return await hearth.composer.inputValue();
}
