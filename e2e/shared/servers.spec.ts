import { ChatServer } from "../support/fakeServer.ts";
import { expect, test } from "../support/test.ts";

const says = "The lantern is lit at dusk.";

test("a server of the user's own answers where it is chosen, and every answer says so", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  const server = await ChatServer.start(says, "sesame");
  const { host } = server;
  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await page.getByRole("button", { name: "Add a server" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a server" });
  await dialog.getByRole("textbox", { name: "Address" }).fill(host);
  await dialog.getByRole("textbox", { name: "Name" }).fill("Attic");
  await dialog.getByRole("button", { name: "Add server" }).click();
  await expect(dialog.getByText(`Your server ${host} did not accept the key.`)).toBeVisible();
  await dialog.getByLabel("Key", { exact: true }).fill("sesame");
  await dialog.getByLabel("Key", { exact: true }).press("Enter");
  await expect(dialog).toHaveCount(0);

  const card = page.getByRole("article", { name: "Attic" });
  await expect(card).toContainText("Answers");
  await expect(card).toContainText("8,192 tokens of context");
  // Its key is replaced by one that it does not take, and by the right one again; neither is shown.
  await card.getByRole("button", { name: "Replace the key: Attic" }).click();
  const key = card.getByLabel("New key of Attic");
  await expect(key).toHaveValue("");
  await key.fill("mustard");
  await key.press("Enter");
  await expect(card.getByRole("alert").first()).toContainText("did not accept the key");
  await key.fill("sesame");
  await key.press("Enter");
  await expect(key).toHaveCount(0);
  await expect(card).toContainText("Answers");
  const documents = card.getByRole("switch", { name: "May have passages of your documents" });
  await expect(documents).not.toBeChecked();

  // It is not taken by itself; in the picker it stands under its server.
  await hearth.newChat();
  const picker = page.getByRole("button", { name: /^Model / });
  await expect(picker).toContainText("SmolLM2");
  await picker.click();
  await expect(page.getByText(`On Attic, ${host}`)).toBeVisible();
  await page.getByRole("menuitemcheckbox", { name: "lantern-7b" }).click();
  await expect(picker).toContainText(`on ${host}`);
  const answer = await hearth.ask("When is the lantern lit?");
  await expect(answer).toContainText(says);
  await expect(answer).toContainText(`answered by your server ${host}`);
  expect(server.prompts).toHaveLength(1);

  // Gone in the middle: a plain error, and nobody else answers.
  await server[Symbol.asyncDispose]();
  const failed = await hearth.ask("And when is it put out?");
  await expect(failed).toContainText(`Your server ${host} could not be reached.`);
  await expect(failed).not.toContainText(/answered by/i);

  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await expect(card).toContainText("Does not answer");
  await card.getByRole("button", { name: "Remove Attic" }).click();
  await page.getByRole("button", { name: "Remove server" }).click();
  await expect(card).toHaveCount(0);
});
