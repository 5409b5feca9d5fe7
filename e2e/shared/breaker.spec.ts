import type { HearthPage } from "../support/HearthPage.ts";
import { expect, test } from "../support/test.ts";

test("an engine that keeps dying is given up, and starts again when asked", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await page
    .getByRole("button", { name: /^Settings/ })
    .first()
    .click();
  for (let death = 1; death < 3; death++) {
    const pid = await seenEngine(hearth);
    process.kill(pid, "SIGKILL");
    await expect.poll(async () => await hearth.enginePid()).not.toBe(pid);
  }
  const last = await seenEngine(hearth);
  process.kill(last, "SIGKILL");
  const alert = page.getByRole("status", { name: "Notices" }).getByRole("alert");
  await expect(alert).toContainText("Hearth's engine keeps stopping.");
  await expect(alert).toContainText("It died 3 times within a minute");
  await expect(alert).toContainText("What was saved is kept.");

  // Until then nothing starts, and what is typed stays where it was.
  await hearth.newChat();
  await hearth.send("Say hi.");
  await expect(hearth.composer).toHaveValue("Say hi.");
  await expect(hearth.answers).toHaveCount(0);
  await expect(alert).toBeVisible();
  expect(await hearth.enginePid()).toBe(last);

  await alert.getByRole("button", { name: "Start again" }).click();
  await expect.poll(async () => await hearth.enginePid()).not.toBe(last);
  await expect(alert).toBeHidden();
  await hearth.ask("Say hi.");
  await expect(hearth.answers.last()).toContainText("tok/s");
});

/** Waits until the page, which shows its settings, is connected to the engine that the home names. */
async function seenEngine(hearth: HearthPage): Promise<number> {
  await expect(async () => {
    const pid = String(await hearth.enginePid());
    await expect(hearth.page.getByText(pid, { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass();
  return await hearth.enginePid();
}
