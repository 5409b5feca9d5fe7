import { expect, test } from "../support/test.ts";

/** Makes a quantization of the model on the first line of the Models page that says `from`. */
test("a chat goes on in quantizations that were made here", async ({ hearth }) => {
  test.setTimeout(180_000);
  const { page } = hearth;
  await hearth.ready();
  await hearth.ask("Name one colour.");
  const first = await hearth.answers.last().textContent();

  const row = (quantization: string) =>
    page
      .getByRole("list", { name: /^Quantizations of SmolLM2/ })
      .getByRole("listitem")
      .filter({ has: page.getByText(quantization, { exact: true }) });
  const dialog = page.getByRole("dialog");
  const openDialog = async (): Promise<void> => {
    await row("Q4_1")
      .getByRole("button", { name: /^Actions for/ })
      .click();
    await page.getByRole("menuitem", { name: "Make another quantization…" }).click();
  };
  const choose = async (type: string): Promise<void> => {
    await dialog.getByRole("combobox", { name: "Quantization" }).click();
    await page.getByRole("option", { name: new RegExp(`^${type}, `) }).click();
  };
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();

  // What it would be is said before; what is stopped leaves nothing.
  await openDialog();
  await dialog.getByRole("combobox", { name: "Quantization" }).click();
  await expect(page.getByRole("option", { name: /^IQ2_XXS, / })).toBeDisabled();
  await page.getByRole("option", { name: /^Q4_K_M, / }).click();
  await expect(dialog.getByText(/^180 of 272 tensors get a larger type/)).toBeVisible();
  await expect(dialog.getByText(/coarser than the result/)).toBeVisible();
  await dialog.getByRole("button", { name: "Make it" }).click();
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await expect(dialog.getByRole("button", { name: "Make it" })).toBeEnabled();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(row("Q4_K_M")).toHaveCount(0);

  for (const type of ["Q8_0", "Q4_0"]) {
    await openDialog();
    await choose(type);
    await dialog.getByRole("button", { name: "Make it" }).click();
    await expect(dialog.getByRole("status")).toContainText(
      new RegExp(`${type} is here, .* perplexity differs from its source's by`),
      { timeout: 90_000 },
    );
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await expect(row(type)).toHaveCount(1);
  }

  // The chat is kept, and goes on, whichever of them answers.
  await hearth.sidebar
    .getByRole("button", { name: /Name one colour/ })
    .first()
    .click();
  const picker = page.getByRole("button", { name: /^Model / });
  const pick = async (type: string): Promise<void> => {
    await picker.click();
    await page.getByRole("menuitemcheckbox", { name: new RegExp(type) }).click();
    await expect(picker).toContainText(type);
  };

  // Another quantization reads the chat at once, and the way back is one click.
  await pick("Q8_0");
  await expect(page.getByText("Switched to Q8_0.")).toBeVisible();
  await expect(page.getByText(/^It has read the chat: \d+ tokens\.$/)).toBeVisible({
    timeout: 30_000,
  });
  await page.getByRole("button", { name: "Undo: switch back to Q4_1" }).click();
  await expect(picker).toContainText("Q4_1");
  await expect(page.getByText("Switched to Q8_0.")).toHaveCount(0);
  await expect(hearth.answers).toHaveText([first ?? ""]);

  for (const [at, type] of ["Q8_0", "Q4_0", "Q4_1"].entries()) {
    await pick(type);
    await hearth.ask("And another one?");
    await expect(hearth.answers).toHaveCount(at + 2);
    await expect(hearth.answers.first()).toHaveText(first ?? "");
  }
});
