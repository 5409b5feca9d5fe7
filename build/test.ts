import fs from "node:fs/promises";
import path from "node:path";
import { judge, countsVariable, remarks, summary, type Counts } from "./test/counts.ts";
import { ensureElectron, findElectron } from "./setup/electronRuntime.ts";
import { cacheDir } from "./setup/pypi.ts";
import { ensureSystemPackages } from "./setup/systemPackages.ts";
import { ensureTestModels } from "./setup/testModels.ts";
import { root, run } from "./tools/run.ts";

/** One part of the tests: an npm script, and the runner behind it whose tests are counted, if any. */
interface Gate {
  name: string;
  script: string;
  runner?: "vitest" | "playwright";
  args?: string[];
}

interface Outcome extends Counts {
  name: string;
  seconds: number;
}

const log = (line: string): void => console.log(line);
const countsFile = path.join(cacheDir, "test-counts.json");
const reporters = {
  vitest: ["--reporter=default", `--reporter=${path.join(root, "build/test/VitestCounter.ts")}`],
  playwright: [`--reporter=list,${path.join(root, "build/test/PlaywrightCounter.ts")}`],
};

process.on("SIGINT", () => process.exit(130));
await prepare();
const outcomes: Outcome[] = [];
// `npm test -- unit lint` runs only these gates.
const only = process.argv.slice(2);
for (const gate of await gates()) {
  if (only.length === 0 || only.includes(gate.name)) outcomes.push(await pass(gate));
}
process.exitCode = report(outcomes);

/** Fetches what the tests need. What cannot be had is said; the tests that need it then fail or skip by themselves. */
async function prepare(): Promise<void> {
  log("— Preparing");
  const missing = await ensureSystemPackages(log);
  if (missing.length > 0) log(`Still missing: ${missing.join(", ")}`);
  for (const step of [ensureElectron, ensureTestModels]) {
    try {
      await step(log);
    } catch (error) {
      log(`Cannot be had: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function gates(): Promise<Gate[]> {
  const compat = (await findElectron())?.target === "compat";
  return [
    { name: "format", script: "test:format" },
    { name: "lint", script: "test:lint" },
    { name: "types", script: "test:types" },
    { name: "build", script: "build", args: compat ? ["--compat"] : [] },
    { name: "unit", script: "test:unit", runner: "vitest" },
    { name: "model", script: "test:model", runner: "vitest" },
    { name: "e2e web", script: "test:e2e:web", runner: "playwright" },
    { name: "e2e desktop", script: "test:e2e:desktop", runner: "playwright" },
    { name: "pack", script: "test:pack", runner: "playwright" },
  ];
}

async function pass(gate: Gate): Promise<Outcome> {
  log(`\n— ${gate.name}`);
  await fs.rm(countsFile, { force: true });
  const started = performance.now();
  const extra = [
    ...(gate.args ?? []),
    ...(gate.runner === undefined ? [] : reporters[gate.runner]),
  ];
  const { code } = await run("npm", ["run", "--silent", gate.script, "--", ...extra], {
    env: { [countsVariable]: countsFile, CI: "1" },
  });
  const counts = gate.runner === undefined ? undefined : await readCounts();
  if (counts === null) log(`${gate.name}: the test runner ended with ${code} and reported nothing`);
  const seconds = (performance.now() - started) / 1000;
  return { name: gate.name, seconds, ...judge(code, counts) };
}

async function readCounts(): Promise<Counts | null> {
  const text = await fs.readFile(countsFile, "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as Counts);
}

function report(all: Outcome[]): number {
  log("");
  for (const { name, seconds, ...counts } of all) {
    log(`${name.padEnd(12)} ${summary([counts])} (${seconds.toFixed(0)} s)`);
  }
  for (const line of remarks(all)) log(line);
  log(summary(all));
  return all.some(({ failed }) => failed > 0) ? 1 : 0;
}
