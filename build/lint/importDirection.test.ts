import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rootDir } from "../../src-main/paths/entries.ts";
import { engineMayImport, mayImport } from "./importDirection.ts";

/** An import statement at a place in the tree, and whether lint must refuse it. */
interface Case {
  from: string;
  specifier: string;
  refused: boolean;
}

const areas = Object.keys(mayImport) as (keyof typeof mayImport)[];
const engineAreas = Object.keys(engineMayImport) as (keyof typeof engineMayImport)[];

function allows(table: Record<string, readonly string[]>, from: string, to: string): boolean {
  return from === to || (table[from]?.includes(to) ?? false);
}

const cases: Case[] = [
  ...areas.flatMap((from) =>
    areas.map((to) => ({
      from: `src-main/${from}`,
      specifier: from === to ? "./thing.ts" : `../${to}/thing.ts`,
      refused: !allows(mayImport, from, to),
    })),
  ),
  ...engineAreas.flatMap((from) =>
    engineAreas.map((to) => ({
      from: `src-main/engine/${from}`,
      specifier: from === to ? "./thing.ts" : `../${to}/thing.ts`,
      refused: !allows(engineMayImport, from, to),
    })),
  ),
  // The same from deeper down, by a longer way, and out of the engine.
  {
    from: "src-main/engine/library/readers/pdf",
    specifier: "../../../rag/thing.ts",
    refused: true,
  },
  { from: "src-main/engine/store", specifier: "../../engine/chat/thing.ts", refused: true },
  {
    from: "src-main/engine/store",
    specifier: "../../../src-main/engine/chat/thing.ts",
    refused: true,
  },
  { from: "src-main/engine/store", specifier: "../../host/thing.ts", refused: true },
  { from: "src-main/engine/store", specifier: "../../contract/thing.ts", refused: false },
  { from: "src-main/engine", specifier: "./chat/thing.ts", refused: false },
  { from: "src-main/engine", specifier: "../shell/thing.ts", refused: true },
  { from: "src-main/rpc", specifier: "../../src-renderer/thing.ts", refused: true },
  // A file whose name is that of a folder is not that folder.
  { from: "src-main/engine/store", specifier: "../../contract/chat.ts", refused: false },
  // The contract knows zod and itself.
  { from: "src-main/contract", specifier: "zod", refused: false },
  { from: "src-main/contract", specifier: "node:fs", refused: true },
  { from: "src-main/contract", specifier: "ws", refused: true },
  // Packages with one home.
  { from: "src-main/shell", specifier: "electron", refused: false },
  { from: "src-main/host", specifier: "electron", refused: true },
  { from: "src-main/engine", specifier: "electron/main", refused: true },
  { from: "src-main/engine/llama/child", specifier: "koffi", refused: false },
  { from: "src-main/engine/llama", specifier: "node-llama-cpp", refused: false },
  { from: "src-main/engine/models", specifier: "koffi", refused: true },
  { from: "src-main/engine/models", specifier: "node-llama-cpp", refused: true },
  { from: "src-main/shell", specifier: "koffi", refused: true },
  { from: "src-main/engine/index", specifier: "@lancedb/lancedb", refused: false },
  { from: "src-main/engine/retrieval", specifier: "@lancedb/lancedb", refused: true },
  { from: "src-main/engine", specifier: "@lancedb/lancedb", refused: true },
  // The interface.
  {
    from: "src-renderer/features/chat",
    specifier: "../../../src-main/contract/chat.ts",
    refused: false,
  },
  { from: "src-renderer/api", specifier: "../../src-main/rpc/RpcClient.ts", refused: false },
  { from: "src-renderer/api", specifier: "../../src-main/engine/Engine.ts", refused: true },
  { from: "src-renderer/api", specifier: "../../src-main/paths/entries.ts", refused: true },
  { from: "src-renderer/features/chat", specifier: "../models/thing.ts", refused: false },
  { from: "src-renderer/lib", specifier: "electron", refused: true },
  { from: "src-renderer/lib", specifier: "node:fs", refused: true },
];

describe("import direction", () => {
  let folder = "";
  let refused = new Set<string>();

  const fileOf = (at: number, { from }: Case): string => path.join(from, `case${at}.ts`);

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-lint-"));
    const config = pathToFileURL(path.join(rootDir(), "oxlint.config.ts")).href;
    await fs.writeFile(
      path.join(folder, "oxlint.config.mjs"),
      `import config from ${JSON.stringify(config)};\n` +
        `export default { ...config, options: { ...config.options, typeAware: false } };\n`,
    );
    for (const [at, one] of cases.entries()) {
      const file = path.join(folder, fileOf(at, one));
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, `export * from ${JSON.stringify(one.specifier)};\n`);
    }
    refused = await refusedFiles(folder);
  }, 60_000);

  afterAll(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });

  it.each(cases.map((one, at) => ({ ...one, at })))(
    "$from importing $specifier: refused is $refused",
    ({ at, ...one }) => {
      expect(refused.has(fileOf(at, one))).toBe(one.refused);
    },
  );

  it("has a row for every folder of src-main and of the engine", async () => {
    expect(await strangers("src-main", areas)).toEqual([]);
    expect(await strangers("src-main/engine", engineAreas)).toEqual([]);
  });
});

/** Runs the linter over a folder and names the files in which it refused an import. */
async function refusedFiles(folder: string): Promise<Set<string>> {
  const oxlint = path.join(rootDir(), "node_modules", "oxlint", "bin", "oxlint");
  const args = [oxlint, "-c", "oxlint.config.mjs", "-f", "json", "."];
  const options = { cwd: folder, maxBuffer: 1 << 26 };
  // A run that finds something ends with 1; its report is what counts.
  const stdout = await promisify(execFile)(process.execPath, args, options).then(
    (done) => done.stdout,
    (failure: { stdout?: string; stderr?: string }) => failure.stdout ?? "",
  );
  const report = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return new Set(
    report.diagnostics
      .filter(({ code }) => code.includes("no-restricted-imports"))
      .map(({ filename }) => path.relative(folder, path.resolve(folder, filename))),
  );
}

/** The folders that are in none of the rows. */
async function strangers(folder: string, rows: readonly string[]): Promise<string[]> {
  const found = await fs.readdir(path.join(rootDir(), folder), { withFileTypes: true });
  return found
    .filter((entry) => entry.isDirectory() && !rows.includes(entry.name))
    .map(({ name }) => name);
}
