import { expect, test } from "../support/test.ts";

test("the strip shows the model at work, stays where it is, and is remembered", async ({
  hearth,
}) => {
  const { page } = hearth;
  await hearth.ready();
  const button = page.getByRole("button", { name: /^Activity/ });
  const strip = page.getByRole("region", { name: "Activity" });
  await expect(strip).toHaveCount(0);
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await expect(strip).toContainText("No chat model is loaded.");

  await hearth.send("Write a very long story about a lighthouse keeper, with many details.");
  await expect(strip.getByText(/\d\s?tok\/s/).first()).toBeVisible({ timeout: 60_000 });
  await expect(strip).toContainText(/CPU · \d+ threads?/);
  await expect(strip).toContainText(/1 of \d/);
  await expect(strip.getByRole("meter", { name: "Longest chat" })).not.toHaveAttribute(
    "aria-valuetext",
    /^0 of/,
  );
  await expect(strip.getByRole("meter", { name: "KV cache" })).toHaveAttribute(
    "aria-valuetext",
    /[1-9]\d* of [\d,]+ cells/,
  );
  const places = async (): Promise<string> =>
    JSON.stringify([await strip.boundingBox(), await hearth.composer.boundingBox()]);
  const before = await places();
  await expect(button).toContainText("tok/s");
  await page.waitForTimeout(1_000);
  expect(await places()).toBe(before);
  await page.getByRole("button", { name: "Stop" }).click();
  await hearth.answered();
  await expect(strip.getByText("Idle").first()).toBeVisible();
  expect(await places()).toBe(before);

  await page.reload();
  await expect(strip).toBeVisible();
  await strip.getByRole("button", { name: "Hide activity" }).focus();
  await page.keyboard.press("Escape");
  await expect(strip).toHaveCount(0);
  await expect(button).toBeFocused();
});
