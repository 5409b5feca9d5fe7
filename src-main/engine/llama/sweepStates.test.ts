import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { sweepStates } from "./sweepStates.ts";

it("erases old states of every model and leaves young ones", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "hearth-sweep-"));
  await mkdir(path.join(folder, "model"));
  await writeFile(path.join(folder, "model", "a.kv"), "x");
  await sweepStates(folder);
  expect(await readdir(path.join(folder, "model"))).toEqual(["a.kv"]);
  await sweepStates(folder, Date.now() + 8 * 24 * 3600 * 1000);
  expect(await readdir(path.join(folder, "model"))).toEqual([]);
  await rm(folder, { recursive: true });
  await sweepStates(folder);
});
