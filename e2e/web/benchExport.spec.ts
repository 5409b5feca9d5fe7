import fs from "node:fs/promises";
import { writeBenchHistory } from "../support/benchHistory.ts";
import { expect, test } from "../support/test.ts";

test("runs are compared and saved as CSV and JSON by the browser", async ({ home, launch }) => {
  await writeBenchHistory(home);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(4);

  // The newest first in the table, the oldest first in the drawing.
  const writing = page.getByRole("figure").filter({ hasText: "128 tokens in one chat" });
  await expect(writing.getByRole("listitem")).toHaveCount(4);
  await expect(writing.getByRole("listitem").last()).toContainText("+142%");
  for (const run of [1, 2]) await rows.nth(run).getByRole("checkbox").uncheck();
  await expect(writing.getByRole("listitem")).toHaveCount(2);
  await expect(writing.getByRole("listitem").first()).toContainText("F16");

  const save = async (name: string): Promise<string> => {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name }).click(),
    ]);
    return await fs.readFile(await download.path(), "utf8");
  };
  const csv = await save("Compared runs as CSV");
  const lines = csv.trimEnd().split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("decode_128,decode_128_slowest,decode_128_fastest");
  expect(csv).toContain(",Q4_1,");
  const json = JSON.parse(await save("All runs as JSON")) as { runs: { quantization: string }[] };
  expect(json.runs.map((run) => run.quantization)).toEqual(["Q4_1", "Q8_0", "Q8_0", "F16"]);
});
