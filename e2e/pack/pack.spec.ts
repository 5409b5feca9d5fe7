import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { listPackage } from "@electron/asar";
import { fixturesDir, expect, test, testModelsDir } from "../support/test.ts";
import { HearthPage } from "../support/HearthPage.ts";
import { launchDesktop, type PackedApp } from "../support/launchDesktop.ts";
import { mappedFiles, openFiles, processTree } from "./packedProcesses.ts";

const root = path.resolve(import.meta.dirname, "../..");
const dist = path.join(root, "dist");
/** What a user gets, and the same with inspection left open, so that Playwright can drive it. */
const unpacked = process.arch === "x64" ? "linux-unpacked" : `linux-${process.arch}-unpacked`;
const shipped = path.join(dist, unpacked);
const inspectable = path.join(dist, "inspectable", unpacked);

test.skip(process.platform !== "linux", "what runs is read from /proc");

const platform = `linux-${process.arch}`;

let folder: string;

test.beforeAll(async () => {
  for (const app of [shipped, inspectable]) {
    if (!existsSync(app)) throw new Error(`There is no ${app}. \`npm run test:pack\` makes it.`);
  }
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-packed-"));
});

test.afterAll(async () => {
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

test("the packaged app chats and answers from a PDF, with nothing of the repository", async ({
  home,
}) => {
  const packed = await install(inspectable, "inspectable");
  const running = await launchDesktop(home, packed);
  try {
    const hearth = new HearthPage(running, home);
    await hearth.ready();
    const chat = await hearth.ask("Name a colour.");
    expect((await chat.innerText()).length).toBeGreaterThan(20);

    await hearth.addDocuments(path.join(fixturesDir, "tidewater-ferry-report.pdf"));
    await hearth.newChat();
    await hearth.attachAll();
    const answer = await hearth.ask("Who leads the safety board?");
    const citation = answer.getByRole("button", { name: /^Citation 1: tidewater.*, page 3$/ });
    await citation.first().click();
    await hearth.expectPage(3, 5);

    await expectOnlyPackedFiles(running.pid, await hearth.enginePid(), packed);
  } finally {
    await running.close();
  }
});

test("the shipped app starts, and cannot be inspected", async ({ home }) => {
  const packed = await install(shipped, "shipped");
  const flags = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const child = spawn(packed.executablePath, [...flags, "--inspect=0", "--home", home], {
    cwd: packed.cwd,
    env: packed.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "exit");
  try {
    await expect
      .poll(() => existsSync(path.join(home, "engine.json")), { timeout: 30_000 })
      .toBe(true);
    expect(errors).not.toContain("Debugger listening");
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
});

for (const app of [shipped, inspectable]) {
  test(`${path.relative(root, app)} holds what is needed and nothing else`, async () => {
    const resources = path.join(app, "resources");
    expect(listPackage(path.join(resources, "app.asar"), { isPack: false }).toSorted()).toEqual([
      "/out",
      "/out/shell",
      "/out/shell/main.cjs",
      "/out/shell/preload.cjs",
      "/package.json",
    ]);
    expect((await fs.readdir(resources)).toSorted()).toEqual(["app.asar", "hearth", "node"]);
    const files = await fs.readdir(path.join(resources, "hearth"), { recursive: true });
    expect(files).toContain("LICENSE");
    expect(files).toContain("THIRD-PARTY-NOTICES.md");
    expect(files).toContain(path.join("out", "resources", "icons", "icon.png"));
    for (const language of ["eng", "deu"]) {
      expect(files).toContain(path.join("out", "resources", "ocr", `${language}.traineddata.gz`));
    }
    expect(files.filter((file) => /cuda|vulkan|\.(?:gguf|ts|map)$/i.test(file))).toEqual([]);

    const packages = path.join(resources, "hearth", "node_modules");
    expect(
      (await developmentPackages()).filter((name) => existsSync(path.join(packages, name))),
    ).toEqual([]);
    const natives = files.filter((file) => file.endsWith(".node") || /\.so(?:\.|$)/.test(file));
    expect(new Set(natives.map((file) => file.split(path.sep).slice(1, 3).join("/")))).toEqual(
      new Set([
        `@koromix/koffi-${platform}`,
        `@lancedb/lancedb-${platform}-gnu`,
        `@napi-rs/canvas-${platform}-gnu`,
        `@node-llama-cpp/${platform}`,
      ]),
    );
    const bytes = await sizeOf(app);
    console.log(`${path.relative(root, app)}: ${Math.round(bytes / 1e6)} MB`);
    expect(bytes).toBeLessThan(700e6);
  });
}

/** Copies an app to a folder of its own, and gives it surroundings without Node or the repository. */
async function install(app: string, name: string): Promise<PackedApp> {
  const cwd = path.join(folder, name);
  const noPrograms = path.join(folder, "bin");
  const userDir = path.join(folder, "user");
  await fs.mkdir(noPrograms, { recursive: true });
  await fs.mkdir(userDir, { recursive: true });
  await fs.cp(app, cwd, { recursive: true });
  const { DISPLAY, XAUTHORITY, LANG } = process.env;
  return {
    executablePath: path.join(cwd, "hearth"),
    cwd,
    env: { DISPLAY, XAUTHORITY, LANG, HOME: userDir, PATH: noPrograms },
  };
}

/** Models lie where the tests have them; all else must come from the copy or the system. */
async function expectOnlyPackedFiles(
  appPid: number,
  enginePid: number,
  { cwd }: PackedApp,
): Promise<void> {
  const tree = [...(await processTree(appPid)), ...(await processTree(enginePid))];
  const node = path.join(cwd, "resources", "node", "node");
  const ownNode = tree.filter(({ command }) => command[0] === node);
  // The engine and one llama process each for chat and embedding.
  expect(new Set(ownNode.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(3);
  expect(ownNode.map(({ pid }) => pid)).toContain(enginePid);
  const mapped = await Promise.all(tree.map(({ pid }) => mappedFiles(pid)));
  const opened = await Promise.all(tree.map(({ pid }) => openFiles(pid)));
  const seen = [...tree.flatMap(({ command }) => command), ...mapped.flat(), ...opened.flat()];
  // The look works at all: it finds the libraries of the copy.
  expect(seen.some((file) => file.startsWith(cwd) && /libllama/.test(file))).toBe(true);
  expect(seen.some((file) => file.startsWith(cwd) && /lancedb.*\.node$/.test(file))).toBe(true);
  const foreign = seen.filter((file) => file.includes(root) && !file.startsWith(testModelsDir));
  expect([...new Set(foreign)]).toEqual([]);
}

async function developmentPackages(): Promise<string[]> {
  const manifest = JSON.parse(await fs.readFile(path.join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return Object.keys(manifest.devDependencies);
}

async function sizeOf(app: string): Promise<number> {
  const files = await fs.readdir(app, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await fs.stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
