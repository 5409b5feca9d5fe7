import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import type { InstalledLibrary, LibraryProgress } from "../../../contract/libraries.ts";
import { Egress } from "../../egress/Egress.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import type { PublishedPackage } from "../libraries/libraryCatalog.ts";
import { LibraryInstaller, type LibraryInstallerOptions } from "../libraries/LibraryInstaller.ts";
import { FakeHub } from "./FakeHub.ts";
import { gzipOf, sha512Of, tarOf, type TarFile } from "./tarballs.ts";

export const name = "linux-x64-vulkan";
export const bins = `package/bins/${name}`;
// It does not pack, so that a download of it takes a while.
export const libraries = {
  "libllama.so": randomBytes(700_000),
  "libggml-vulkan.so": Buffer.from("vulkan"),
};
export const files: readonly TarFile[] = [
  { path: "package/LICENSE", content: "MIT" },
  { path: "package/package.json", content: "{}" },
  ...Object.entries(libraries).map(([file, content]) => ({ path: `${bins}/${file}`, content })),
  { path: `${bins}/llama-addon.node`, content: "an add-on that nobody loads" },
];
export const right = gzipOf(tarOf(files));
export const inPlace = [
  `libraries/${name}/LICENSE`,
  `libraries/${name}/bins/${name}/libggml-vulkan.so`,
  `libraries/${name}/bins/${name}/libllama.so`,
  `libraries/${name}/library.json`,
];
const hashes = Object.fromEntries(
  Object.entries(libraries).map(([file, content]) => [
    file,
    createHash("sha256").update(content).digest("hex"),
  ]),
);

/** A package that Hearth knows by the content of its file. */
export function known(content: Buffer, change: Partial<PublishedPackage> = {}): PublishedPackage {
  const file = { sha512: sha512Of(content), bytes: content.length, diskBytes: 700_006 };
  return { name, os: "linux", cpu: "x64", backend: "vulkan", use: "graphics", file, ...change };
}

export async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

export const never = new AbortController().signal;
export const fetched = { file: null, registry: null };

/** An empty home that one small package can be added to, and a registry that has it, for tests. */
export class LibraryHome implements AsyncDisposable {
  readonly root: string;
  readonly registry: FakeHub;
  readonly log: RequestRecord[] = [];
  readonly egress = new Egress({ process: "test", onRequest: (record) => this.log.push(record) });
  readonly outdated: string[] = [];
  readonly seen: LibraryProgress[] = [];
  changes = 0;

  private constructor(root: string, registry: FakeHub) {
    this.root = root;
    this.registry = registry;
    this.offer(right);
  }

  static async open(): Promise<LibraryHome> {
    const root = await mkdtemp(path.join(os.tmpdir(), "hearth-libraries-"));
    await mkdir(path.join(root, "home"));
    return new LibraryHome(root, await FakeHub.start());
  }

  get home(): string {
    return path.join(this.root, "home");
  }

  /** Puts a file at the registry, where the package is looked for. */
  offer(content: Buffer): void {
    const place = `/@node-llama-cpp/${name}/-/${name}-3.22.1.tgz`;
    this.registry.files.set(place, { content, isLarge: true });
  }

  installer(change: Partial<LibraryInstallerOptions> = {}): Promise<LibraryInstaller> {
    return LibraryInstaller.open({
      ...{ home: this.home, egress: this.egress, os: "linux", cpu: "x64", environment: {} },
      root: path.join(this.root, "none"),
      limit: new SpeedLimit(() => null),
      registrySetting: () => this.registry.url,
      onChanged: async () => void this.changes++,
      onOutdated: (names) => this.outdated.push(...names),
      published: [known(right)],
      hashes: { [name]: hashes },
      firstDelayMs: 1,
      ...change,
    });
  }

  install(
    installer: LibraryInstaller,
    source: { file: string | null; registry: string | null } = fetched,
    signal = never,
  ): Promise<InstalledLibrary> {
    this.seen.length = 0;
    return installer.install(name, source, (progress) => this.seen.push(progress), signal);
  }

  async given(content: Buffer): Promise<{ file: string; registry: null }> {
    const file = path.join(this.root, "brought.tgz");
    await writeFile(file, content);
    return { file, registry: null };
  }

  /** All files of the home, by their paths. */
  async tree(): Promise<string[]> {
    const all = await readdir(this.home, { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.home, path.join(entry.parentPath, entry.name)))
      .toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.egress[Symbol.asyncDispose]();
    await this.registry[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}
