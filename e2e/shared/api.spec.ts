import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import type { Locator, Page } from "@playwright/test";
import OpenAI from "openai";
import type { HearthPage } from "../support/HearthPage.ts";
import { expect, test } from "../support/test.ts";

const model = "SmolLM2-135M-Instruct.Q4_1";

test("programs are let in with a key while the API is on", async ({ hearth, launch }) => {
  const { page } = hearth;
  await openApi(hearth);
  await expect(page.getByText("Off. No program can reach Hearth.")).toBeVisible();
  const port = await freePort();
  await setPort(page, port);
  await switchOf(page).click();
  const url = `http://127.0.0.1:${port}/v1`;
  await expect(page.getByText(url, { exact: true })).toBeVisible();

  await page.getByRole("textbox", { name: "Name" }).fill("Editor");
  await page.getByRole("button", { name: "Create key" }).click();
  const made = page.getByRole("status", { name: "Key for Editor" });
  const key = (await made.getByText(/^hearth-/).innerText()).trim();
  await made.getByRole("button", { name: "Copy the key" }).click();
  await expect(made.getByRole("button", { name: "Copied" })).toBeVisible();
  // The examples are ready to be run.
  const example = page.getByRole("tabpanel").locator("pre");
  await expect(example).toContainText(`Bearer ${key}`);
  await expect(example).toContainText(`${url}/chat/completions`);
  await page.getByRole("tab", { name: "Python" }).click();
  await expect(example).toContainText(`"${model}"`);
  await made.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const program = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 });
  expect((await program.models.list()).data.map(({ id }) => id)).toContain(model);
  expect(await streamed(program)).not.toBe("");
  const row = page.getByRole("list", { name: "Keys" }).getByRole("listitem");
  await expect(row).toContainText(`ends with ${key.slice(-4)}`);
  await expect(row).toContainText(/last used today at/);

  // It ends with the engine, which waits a little for another window, and is on again after a restart.
  await hearth.app.close();
  await expect.poll(() => statusAt(`${url}/models`)).toBeNull();
  const again = await launch();
  await openApi(again);
  await expect(again.page.getByText(url, { exact: true })).toBeVisible();
  expect(await streamed(program)).not.toBe("");

  await again.page.getByRole("button", { name: "Delete the key Editor" }).click();
  await again.page.getByRole("button", { name: "Delete key" }).click();
  await expect(again.page.getByText("No program has a key yet.")).toBeVisible();
  await expect(program.models.list()).rejects.toMatchObject({ status: 401 });

  await switchOf(again.page).click();
  await expect(again.page.getByText("Off. No program can reach Hearth.")).toBeVisible();
  await expect(program.models.list()).rejects.toThrow("Connection error");
});

test("a port that is taken is said, with one that is free", async ({ hearth }) => {
  const { page } = hearth;
  const other = net.createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  try {
    await openApi(hearth);
    await setPort(page, 80);
    await expect(page.getByText("Give a number from 1024 to 65535.")).toBeVisible();
    await setPort(page, port);
    await switchOf(page).click();
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert).toContainText(`Port ${port} is taken.`);
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(alert).toContainText(`Port ${port} is taken.`);
    await alert.getByRole("button", { name: /^Use port/ }).click();
    await expect(alert).toHaveCount(0);
    const address = await page.getByText(/^http:\/\/127\.0\.0\.1:\d+\/v1$/).innerText();
    expect(address).not.toContain(`:${port}/`);
    expect((await fetch(`${address}/models`)).status).toBe(401);
  } finally {
    other.close();
  }
});

test("other computers are let in only where the user has read what that means", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  const port = await freePort();
  await page.getByRole("button", { name: "Open Local API" }).click();
  await setPort(page, port);
  await switchOf(page).click();
  const url = `http://127.0.0.1:${port}/v1`;
  await expect(page.getByText(url, { exact: true })).toBeVisible();
  // Any address of the loopback net stands for that of a cable.
  const outside = `http://127.0.0.9:${port}/v1/models`;
  await expect(fetch(outside)).rejects.toThrow();

  const open = page.getByRole("switch", { name: "Open to the local network" });
  await open.click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("What is sent is not encrypted.");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(open).not.toBeChecked();
  await open.click();
  await dialog.getByRole("button", { name: "Open to the network" }).click();
  await expect(open).toBeChecked();
  await expect.poll(() => statusAt(outside)).toBe(401);

  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("switch", { name: "Offline lock" }).click();
  await page.getByRole("button", { name: "Open Local API" }).click();
  await expect(page.getByText(/^The offline lock is on, so only/)).toBeVisible();
  await expect.poll(() => statusAt(outside)).toBeNull();
  await expect.poll(() => statusAt(`${url}/models`)).toBe(401);
});

async function openApi(hearth: HearthPage): Promise<void> {
  await hearth.ready();
  await hearth.page.keyboard.press("ControlOrMeta+k");
  await hearth.page.keyboard.type("Local API");
  await hearth.page.keyboard.press("Enter");
  await expect(hearth.page.getByRole("heading", { name: "Local API", level: 1 })).toBeVisible();
}

function switchOf(page: Page): Locator {
  return page.getByRole("switch", { name: "Answer other programs" });
}

async function setPort(page: Page, port: number): Promise<void> {
  const field = page.getByRole("textbox", { name: "Port" });
  await field.fill(String(port));
  await field.press("Enter");
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The status of an answer; null where nobody answers. */
async function statusAt(url: string): Promise<number | null> {
  return await fetch(url).then(
    ({ status }) => status,
    () => null,
  );
}

async function streamed(program: OpenAI): Promise<string> {
  let text = "";
  const chunks = await program.chat.completions.create({
    model,
    messages: [{ role: "user", content: "Name three colours." }],
    max_tokens: 8,
    stream: true,
  });
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}
