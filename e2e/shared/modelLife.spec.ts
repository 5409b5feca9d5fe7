import { expect, test } from "../support/test.ts";

test("a model is looked at, loaded, compared and unloaded", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "SmolLM2" });
  await expect(
    row.getByText(
      /needs about .* tokens of context; .* are free · about [\d.,]+ tokens per second$/,
    ),
  ).toBeVisible();
  await expect(row.getByText("Fits", { exact: true })).toBeVisible();

  await row.getByRole("button", { name: /^Load:/ }).click();
  await expect(row.getByText("Loaded", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(
    row.getByText(/^CPU · .* of memory · .* · unloaded at .* if not used$/),
  ).toBeVisible();

  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "How chats are kept…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("combobox", { name: "Type" })).toHaveText(/f16, exact/);
  await dialog.getByRole("button", { name: "Compare" }).click();
  await expect(dialog.getByText("Comparing. The model is unloaded for it.")).toBeVisible();
  // Whoever leaves does not wait for it.
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toHaveCount(0);
  await expect(row.getByText("Loaded", { exact: true })).toHaveCount(0);
  await expect(row.getByRole("button", { name: /^Load:/ })).toBeVisible();
});

test("settings name the devices that are there, and when models are unloaded", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByText(/^Auto takes a graphics device .* that is: /)).toBeVisible();
  await page.getByRole("combobox", { name: "Device" }).click();
  await page.getByRole("option", { name: "Processor (CPU)" }).click();
  await expect(page.getByText("What does not fit there runs on the processor")).toBeVisible();
  await page.getByRole("combobox", { name: "Unload what is not used" }).click();
  await page.getByRole("option", { name: "Never" }).click();
  await expect(page.getByText("Models stay in memory until you unload them")).toBeVisible();
});

test("the layers of a model on the graphics device are chosen, with what that takes", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "SmolLM2" });
  const open = async () => {
    await row.getByRole("button", { name: /^Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Layers on the graphics device…" }).click();
    return page.getByRole("dialog", { name: /^Where the layers of SmolLM2/ });
  };
  const dialog = await open();
  await expect(dialog.getByText(/needs about .* tokens of context/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Use this" })).toBeDisabled();
  await dialog.getByRole("radio", { name: "My own" }).click();
  const layers = dialog.getByRole("textbox", { name: "Layers" });
  await layers.fill("12");
  await layers.press("Enter");
  await dialog.getByRole("button", { name: "Use this" }).click();
  await expect(dialog).toHaveCount(0);
  const again = await open();
  await expect(again.getByRole("textbox", { name: "Layers" })).toHaveValue("12");
  await again.getByRole("radio", { name: "Left to Hearth" }).click();
  await again.getByRole("button", { name: "Use this" }).click();
  await expect(again).toHaveCount(0);
});
