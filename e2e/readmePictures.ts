import fs from "node:fs/promises";
import path from "node:path";
import { HearthPage } from "./support/HearthPage.ts";
import { fixturesDir, linkModels, makeHome, removeHome } from "./support/homes.ts";
import { launchWeb } from "./support/launchWeb.ts";

/**
 * Takes the two pictures of the README from the built product: `node e2e/readmePictures.ts`.
 * The documents in them are invented; they are the ones of the tests.
 */
const folder = path.resolve(import.meta.dirname, "../resources/screenshots");
const documents = ["tidewater-ferry-report.pdf", "quillback-orchard-handbook.pdf"];

const home = await makeHome();
await linkModels(home);
const app = await launchWeb(home);
try {
  const { page } = app;
  await app.resize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const hearth = new HearthPage(app, home);
  await hearth.ready();
  await hearth.addDocuments(...documents.map((name) => path.join(fixturesDir, name)));
  await hearth.newChat();
  await hearth.attachAll();
  const answer = await hearth.ask("Who leads the safety board?");
  const mark = answer.getByRole("blockquote").getByRole("button", { name: /^Citation 1: / });
  await mark.click();
  await hearth.document.locator("canvas").first().waitFor();
  // Away from the mark, whose tooltip would hide the answer.
  await hearth.composer.focus();
  await take("answer-light");

  await page.emulateMedia({ colorScheme: "dark" });
  await hearth.document.getByRole("button", { name: "Close the document" }).click();
  await hearth.openLibrary();
  const renamed = path.join(home, "minutes-of-march.pdf");
  await fs.writeFile(renamed, "These are minutes that somebody has renamed.\n");
  await hearth.drop(renamed);
  await hearth.row("minutes-of-march.pdf").getByRole("alert").waitFor({ timeout: 60_000 });
  await take("library-dark");
} finally {
  await app.close();
  await removeHome(home);
}

async function take(name: string): Promise<void> {
  await app.page.mouse.move(0, 0);
  // Fonts and the pages of a PDF are painted a moment after they are there.
  await app.page.waitForTimeout(1500);
  await fs.mkdir(folder, { recursive: true });
  await app.page.screenshot({ path: path.join(folder, `${name}.png`) });
}
