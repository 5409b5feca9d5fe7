import { expect, test } from "../support/test.ts";

test("a prompt is changed, refused where it lacks something, and reset", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: /^Settings/ }).click();
  const told = page.getByRole("textbox", { name: "What the model is told" });
  const given = page.getByRole("textbox", { name: "What it is given" });
  const save = page.getByRole("button", { name: "Save prompt" });
  await expect(page.getByText("As it came with Hearth, version 1.")).toBeVisible();
  const shipped = await told.inputValue();
  await given.fill("Passages: {{passages}}");
  await save.click();
  await expect(page.getByText("{{question}} has to stand in the prompt once.")).toBeVisible();
  await given.fill("Passages: {{passages}} Asked: {{question}}");
  await told.fill("Answer in one word.");
  await save.click();
  await expect(page.getByText("Your version.", { exact: true })).toBeVisible();
  await page.reload();
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: /^Settings/ }).click();
  await expect(told).toHaveValue("Answer in one word.");
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(page.getByText("As it came with Hearth, version 1.")).toBeVisible();
  await expect(told).toHaveValue(shipped);
  await expect(save).toBeDisabled();
});
