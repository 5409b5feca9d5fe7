import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { LibraryProgress } from "../../../contract/libraries.ts";
import { Egress } from "../../egress/Egress.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import { libraryPackages } from "../../llama/locateLibraries.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import { FakeHub } from "../testing/FakeHub.ts";
import { gzipOf, sha512Of, tarOf, type TarFile } from "../testing/tarballs.ts";
import type { PublishedPackage } from "./libraryCatalog.ts";
import { LibraryInstaller, type LibraryInstallerOptions } from "./LibraryInstaller.ts";

const name = "linux-x64-vulkan";
const bins = `package/bins/${name}`;
// It does not pack, so that a download of it takes a while.
const libraries = {
  "libllama.so": randomBytes(700_000),
  "libggml-vulkan.so": Buffer.from("vulkan"),
};
const files: readonly TarFile[] = [
  { path: "package/LICENSE", content: "MIT" },
  { path: "package/package.json", content: "{}" },
  ...Object.entries(libraries).map(([file, content]) => ({ path: `${bins}/${file}`, content })),
  { path: `${bins}/llama-addon.node`, content: "an add-on that nobody loads" },
];
const right = gzipOf(tarOf(files));
const hashes = Object.fromEntries(
  Object.entries(libraries).map(([file, content]) => [
    file,
    createHash("sha256").update(content).digest("hex"),
  ]),
);

let root: string;
let home: string;
let registry: FakeHub;
let egress: Egress;
let log: RequestRecord[];
let changes: number;
let outdated: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-libraries-"));
  home = path.join(root, "home");
  await mkdir(home);
  registry = await FakeHub.start();
  offer(right);
  log = [];
  egress = new Egress({ process: "test", onRequest: (record) => log.push(record) });
  changes = 0;
  outdated = [];
});
afterEach(async () => {
  await egress[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

/** Puts a file at the registry, where the package is looked for. */
function offer(content: Buffer): void {
  const place = `/@node-llama-cpp/${name}/-/${name}-3.22.1.tgz`;
  registry.files.set(place, { content, isLarge: true });
}

/** A package that Hearth knows by the content of its file. */
function known(content: Buffer, change: Partial<PublishedPackage> = {}): PublishedPackage {
  const file = { sha512: sha512Of(content), bytes: content.length, diskBytes: 700_006 };
  return { name, os: "linux", cpu: "x64", backend: "vulkan", use: "graphics", file, ...change };
}

function open(change: Partial<LibraryInstallerOptions> = {}): Promise<LibraryInstaller> {
  return LibraryInstaller.open({
    ...{ home, egress, os: "linux", cpu: "x64", root: path.join(root, "none"), environment: {} },
    limit: new SpeedLimit(() => null),
    registrySetting: () => registry.url,
    onChanged: async () => void changes++,
    onOutdated: (names) => outdated.push(...names),
    published: [known(right)],
    hashes: { [name]: hashes },
    firstDelayMs: 1,
    ...change,
  });
}

const seen: LibraryProgress[] = [];
const never = new AbortController().signal;
const fetched = { file: null, registry: null };

function install(
  installer: LibraryInstaller,
  source: { file: string | null; registry: string | null } = fetched,
  signal = never,
) {
  seen.length = 0;
  return installer.install(name, source, (progress) => seen.push(progress), signal);
}

async function given(content: Buffer): Promise<{ file: string; registry: null }> {
  const file = path.join(root, "brought.tgz");
  await writeFile(file, content);
  return { file, registry: null };
}

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

/** All files of the home, by their paths. */
async function tree(): Promise<string[]> {
  const all = await readdir(home, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

const inPlace = [
  `libraries/${name}/LICENSE`,
  `libraries/${name}/bins/${name}/libggml-vulkan.so`,
  `libraries/${name}/bins/${name}/libllama.so`,
  `libraries/${name}/library.json`,
];

describe("installing", () => {
  it("takes a file that was brought here, without a network, and is found from then on", async () => {
    egress.setOffline(true);
    const installer = await open();
    expect(installer.state.get().offers).toMatchObject([{ name, status: "absent" }]);
    const source = await given(right);
    const installed = await install(installer, source);
    expect(installed).toEqual({
      name,
      folder: path.join(home, "libraries", name, "bins", name),
      bytes: 700_006,
    });
    expect(await tree()).toEqual(inPlace);
    expect(await readFile(path.join(installed.folder, "libllama.so"))).toEqual(
      libraries["libllama.so"],
    );
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(["verifying", "unpacking"]);
    expect(seen.at(-1)).toMatchObject({ bytes: 700_006, totalBytes: 700_006 });
    expect(installer.state.get()).toMatchObject({
      offers: [{ name, status: "added" }],
      installing: null,
      failed: null,
    });
    expect(changes).toBe(1);
    expect(log).toEqual([]);
    expect(await readFile(source.file)).toEqual(right);
    const options = { os: "linux", cpu: "x64", root: path.join(root, "none") };
    const folderOf = (added: string | null) =>
      libraryPackages({ ...options, added }).find(({ platform }) => platform === name)?.folder;
    expect(folderOf(installer.folder)).toBe(installed.folder);
    expect(folderOf(null)).toBeNull();
  });

  it("fetches from the registry that is named, and shows up among the requests", async () => {
    const installer = await open();
    await install(installer);
    expect(await tree()).toEqual(inPlace);
    expect(seen.map(({ stage }) => stage)).toContain("downloading");
    const place = `/@node-llama-cpp/${name}/-/${name}-3.22.1.tgz`;
    expect(registry.requests[0]).toBe(`hub ${place}`);
    expect(log[0]).toMatchObject({
      url: `${registry.url}${place}`,
      reason: `Download of ${name}-3.22.1.tgz`,
      outcome: "allowed",
    });
    expect(registry.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("goes on with what had arrived when it was cancelled, and when the line broke", async () => {
    const installer = await open();
    registry.paceMs = 20;
    const end = new AbortController();
    const running = failure(
      installer.install(
        name,
        fetched,
        ({ bytes }) => {
          if (bytes > 100_000) end.abort(cancelledError());
        },
        end.signal,
      ),
    );
    expect((await running).code).toBe("cancelled");
    expect(installer.state.get()).toMatchObject({ installing: null, failed: null });
    expect((await tree()).every((file) => file.startsWith("libraries/.downloads/"))).toBe(true);
    registry.paceMs = 0;
    registry.seen.length = 0;
    registry.faults = [{ on: "cdn", dropAfter: 100_000 }];
    await install(await open());
    expect(await tree()).toEqual(inPlace);
    const ranges = registry.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);
    expect(ranges).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-/u.exec(ranges[0] ?? "")?.[1])).toBeGreaterThan(100_000);
  });

  it("does not end with the face that asked for it, but with the one that cancels", async () => {
    const installer = await open();
    registry.paceMs = 5;
    const gone = new AbortController();
    const running = install(installer, fetched, gone.signal);
    gone.abort(new HearthError({ code: "connection-lost", title: "Gone." }));
    expect((await failure(install(installer))).code).toBe("conflict");
    await running;
    await installer.remove(name);
    const again = failure(install(installer));
    await installer.cancel();
    expect((await again).code).toBe("cancelled");
  });

  it("says plainly that no registry is named, and how to get the file", async () => {
    const error = await failure(install(await open({ registrySetting: () => null })));
    expect(error.title).toBe(`Hearth does not know where to fetch ${name} from.`);
    expect(error.suggestion).toContain(`npm pack @node-llama-cpp/${name}@3.22.1`);
    expect(log).toEqual([]);
    // The environment names one; a registry for this once goes before.
    const environment = { npm_config_registry: "https://elsewhere.example" };
    const installer = await open({ registrySetting: () => null, environment });
    expect(installer.state.get().registry.from).toBe("environment");
    const bad = await failure(install(installer, { file: null, registry: "http://x.example" }));
    expect(bad.code).toBe("bad-input");
    await install(installer, { file: null, registry: registry.url });
    expect(await tree()).toEqual(inPlace);
  });

  it("is off while Hearth is offline", async () => {
    egress.setOffline(true);
    const installer = await open();
    expect((await failure(install(installer))).code).toBe("offline");
    expect(registry.requests).toEqual([]);
    expect(installer.state.get().failed).toMatchObject({ name, error: { code: "offline" } });
    expect(await tree()).toEqual([]);
  });

  it.each([
    [404, /does not have it \(HTTP 404\)/, /another package registry/],
    [401, /say who they are \(HTTP 401\)/, /fetch the file by npm/],
  ])("tells what a registry's %i means", async (status, cause, suggestion) => {
    registry.faults = [{ on: "hub", status, times: 9 }];
    const error = await failure(install(await open()));
    expect(error.code).toBe("download-failed");
    expect(error.reason).toMatch(cause);
    expect(error.suggestion).toMatch(suggestion);
  });

  it("has room first", async () => {
    const error = await failure(
      install(await open({ freeBytes: () => Promise.resolve(64_500_000) }), await given(right)),
    );
    expect(error.code).toBe("disk-full");
    expect(await tree()).toEqual([]);
  });
});

describe("a file that is not the package", () => {
  const other = gzipOf(tarOf([...files, { path: "package/more" }]));

  it.each<[string, () => Buffer, RegExp]>([
    ["another content of the same size", () => flipped(right), /SHA-512 is not the one/],
    ["cut off", () => right.subarray(0, 5000), /It has 5000 bytes; the package has/],
    ["another package", () => other, /It is @node-llama-cpp\/linux-x64-cuda\./],
  ])("is refused and unpacked nowhere: %s", async (_what, make, cause) => {
    const published = [known(right), known(other, { name: "linux-x64-cuda", backend: "cuda" })];
    const installer = await open({ published });
    const error = await failure(install(installer, await given(make())));
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toMatch(cause);
    expect(await tree()).toEqual([]);
    expect(installer.state.get().failed?.error.title).toBe(`This is not the file of ${name}.`);
    expect(changes).toBe(0);
  });

  it("is refused from a registry, too, after one more try", async () => {
    offer(flipped(right));
    const error = await failure(install(await open()));
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toBe("Its SHA-512 is not the one that Hearth knows.");
    expect(registry.seen.filter(({ on }) => on === "cdn")).toHaveLength(2);
    expect((await tree()).filter((file) => !file.includes(".downloads"))).toEqual([]);
  });

  it.each<[string, readonly TarFile[], RegExp]>([
    ["a library with another content", changed("libllama.so"), /not the library that was released/],
    ["a library less", files.filter((file) => !/vulkan\.so/u.test(file.path)), /so is missing/],
    ["a way out", [...files, { path: "package/../../x" }], /no plain name/],
    ["a link", [...files, { path: `${bins}/a`, type: "2", link: "/" }], /no plain file/],
    ["something beside the package", [...files, { path: "other/a" }], /It is no package/],
  ])("is refused, though its hash were the known one, with %s", async (_what, bad, cause) => {
    // As if the hash on record were of such a file.
    const packed = gzipOf(tarOf(bad));
    const error = await failure(
      install(await open({ published: [known(packed)] }), await given(packed)),
    );
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toMatch(cause);
    expect(await tree()).toEqual([]);
  });

  it("puts nothing in place that is not a library on record", async () => {
    const packed = gzipOf(
      tarOf([...files, { path: `package/bins/other/libllama.so`, content: "x" }]),
    );
    await install(await open({ published: [known(packed)] }), await given(packed));
    expect(await tree()).toEqual(inPlace);
  });

  it("is told of where it is none or cannot be read", async () => {
    const installer = await open();
    const missing = await failure(
      install(installer, { file: path.join(root, "not-there.tgz"), registry: null }),
    );
    expect(missing.code).toBe("not-allowed");
    expect(missing.reason).toContain("not-there.tgz");
    const folder = await failure(install(installer, { file: root, registry: null }));
    expect(folder.reason).toMatch(/It is a folder or a device/);
  });
});

describe("which packages", () => {
  const windows = known(right, { name: "win-x64-vulkan", os: "win32", file: null });

  it("never takes one whose content nobody could check, on its own computer or elsewhere", async () => {
    const source = await given(right);
    for (const [system, cpu] of [
      ["win32", "x64"],
      ["linux", "x64"],
    ] as const) {
      const installer = await open({ os: system, cpu, published: [known(right), windows] });
      const error = await failure(installer.install(windows.name, source, () => {}, never));
      expect(error.code).toBe("not-allowed");
      expect(error.reason).toMatch(/nobody could look at this package/);
    }
    const [offered] = (await open({ os: "win32", published: [windows] })).state.get().offers;
    expect(offered).toMatchObject({ verifiable: false, downloadBytes: null, status: "absent" });
  });

  it("offers those for this computer alone", async () => {
    const real = (system: string, cpu: string) =>
      LibraryInstaller.open({
        ...{ home, egress, os: system, cpu, root: path.join(root, "none") },
        limit: new SpeedLimit(() => null),
        registrySetting: () => null,
        onChanged: () => Promise.resolve(),
      }).then((installer) => installer.state.get().offers.map((each) => each.name));
    expect(await real("linux", "x64")).toEqual(["linux-x64-cuda", "linux-x64-vulkan"]);
    expect(await real("win32", "x64")).toEqual(["win-x64-cuda", "win-x64-vulkan"]);
    expect(await real("linux", "arm64")).toEqual([]);
    expect(await real("darwin", "arm64")).toEqual([]);
    const unknown = await failure(
      (await open({ cpu: "arm64" })).install(name, fetched, () => {}, never),
    );
    expect(unknown.code).toBe("bad-input");
    expect(unknown.reason).toMatch(/no graphics libraries for this kind of computer/);
  });

  it("does not take one that came with Hearth, or is here", async () => {
    const shipped = path.join(root, "shipped");
    await mkdir(path.join(shipped, name, "bins", name), { recursive: true });
    const installer = await open({ root: shipped });
    expect(installer.state.get().offers[0]?.status).toBe("shipped");
    expect((await failure(install(installer))).code).toBe("conflict");
    expect((await failure(installer.remove(name))).code).toBe("not-found");
    const other = await open();
    await install(other, await given(right));
    expect((await failure(install(other))).title).toBe(`${name} is here already.`);
  });
});

describe("removing and sweeping", () => {
  it("takes a package off the disk, and models are loaded without it", async () => {
    const installer = await open();
    await install(installer, await given(right));
    expect(await installer.remove(name)).toBeGreaterThan(700_000);
    expect(await tree()).toEqual([]);
    expect(changes).toBe(2);
    expect(installer.state.get().offers[0]?.status).toBe("absent");
    expect((await failure(installer.remove(name))).code).toBe("not-found");
    expect((await failure(installer.remove("../home"))).code).toBe("not-found");
  });

  it("frees all of it at once", async () => {
    const installer = await open();
    await install(installer, await given(right));
    const part = path.join(home, "libraries", ".downloads", "linux-x64-cuda-3.22.1.tgz.part");
    await mkdir(path.dirname(part), { recursive: true });
    await writeFile(part, "x");
    await installer.removeAll();
    expect(await tree()).toEqual([]);
  });

  it("clears away what a killed engine left, and packages of another release", async () => {
    const installer = await open();
    await install(installer, await given(right));
    const put = async (file: string, content = "x") => {
      const place = path.join(home, "libraries", file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, content);
    };
    await put(`.installing-${name}/bins/${name}/libllama.so`);
    await put(".removing-linux-x64-cuda/bins/a.so");
    await put(".downloads/linux-x64-cuda-3.22.0.tgz.part");
    await put(".downloads/linux-x64-cuda-3.22.1.tgz.part");
    const record = { name: "linux-x64-cuda", version: "3.22.0", sha512: "x" };
    await put("linux-x64-cuda/library.json", JSON.stringify(record));
    await put("linux-x64-cuda/bins/linux-x64-cuda/libllama.so");
    const next = await open();
    expect(await tree()).toEqual([
      "libraries/.downloads/linux-x64-cuda-3.22.1.tgz.part",
      ...inPlace,
    ]);
    expect(outdated).toEqual(["linux-x64-cuda"]);
    expect(next.state.get().offers[0]?.status).toBe("added");
  });
});

function flipped(content: Buffer): Buffer {
  const other = Buffer.from(content);
  other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1;
  return other;
}

function changed(file: string): readonly TarFile[] {
  return files.map((each) => (each.path.endsWith(file) ? { ...each, content: "other" } : each));
}
