import fs from "node:fs/promises";
import { expect, test } from "../support/test.ts";

// Hosts that would hear of it, and scripts that would leave a mark.
const payload = [
  `<img src=x onerror="window.ran = 1">`,
  `<script>window.ran = 2</script>`,
  `<svg onload="window.ran = 3"></svg>`,
  `![picture](https://evil.test/picture.png)`,
  `<img src="https://evil.test/raw.png">`,
  `<link rel="stylesheet" href="https://evil.test/x.css">`,
  `<iframe src="https://evil.test/"></iframe>`,
  `[click here](javascript:window.ran=4)`,
  `[and here](data:text/html,<script>window.ran=5</script>)`,
].join(" ");

test("what a document or a user writes runs nothing and loads nothing", async ({
  hearth,
}, info) => {
  const { page } = hearth;
  const outside: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    const own = url.origin === new URL(page.url()).origin || url.protocol === "app:";
    if (!own && !["data:", "blob:"].includes(url.protocol)) outside.push(request.url());
  });
  await hearth.ready();
  const file = info.outputPath("harbour.txt");
  await fs.writeFile(file, `The harbour master ${payload} is called Oda Brandt.\n`);
  await hearth.addDocuments(file);
  await hearth.newChat();
  await hearth.attachAll();
  await hearth.send(`Who is the harbour master? ${payload}`);
  const answer = await hearth.answered();
  await expect(hearth.questions).toContainText("onerror");
  // The quote is the document's own words, and goes through the same Markdown as a model's.
  await expect(answer).toContainText("Oda Brandt");
  await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
  await expect(hearth.document).toContainText("onerror");
  for (const link of await answer.getByText(/click here|and here/).all()) {
    await link.click();
  }
  await page.keyboard.press("ControlOrMeta+k");
  const palette = page.getByRole("dialog", { name: "Find a chat or a command" });
  await palette.getByRole("combobox").fill("onerror");
  await expect(palette.getByRole("option").filter({ hasText: "onerror" }).first()).toBeVisible();
  const state = await page.evaluate(() => ({
    ran: (globalThis as { ran?: number }).ran,
    loaders: document.querySelectorAll("img:not([src^='data:']), iframe, object, embed, base")
      .length,
    scripts: [...document.scripts].filter((script) => !script.src.startsWith(location.origin))
      .length,
    addresses: document.querySelectorAll("a[href]").length,
  }));
  expect(state).toEqual({ ran: undefined, loaders: 0, scripts: 0, addresses: 0 });
  expect(outside).toEqual([]);
});
