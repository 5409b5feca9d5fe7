import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import { libraryPackages } from "../../llama/locateLibraries.ts";
import {
  bins,
  failure,
  fetched,
  files,
  inPlace,
  known,
  libraries,
  LibraryHome,
  name,
  right,
} from "../testing/LibraryHome.ts";
import { gzipOf, tarOf, type TarFile } from "../testing/tarballs.ts";

let at: LibraryHome;

beforeEach(async () => {
  at = await LibraryHome.open();
});
afterEach(() => at[Symbol.asyncDispose]());

describe("installing", () => {
  it("takes a file that was brought here, without a network, and is found from then on", async () => {
    at.egress.setOffline(true);
    const installer = await at.installer();
    expect(installer.state.get().offers).toMatchObject([{ name, status: "absent" }]);
    const source = await at.given(right);
    const installed = await at.install(installer, source);
    expect(installed).toEqual({
      name,
      folder: path.join(at.home, "libraries", name, "bins", name),
      bytes: 700_006,
    });
    expect(await at.tree()).toEqual(inPlace);
    expect(await readFile(path.join(installed.folder, "libllama.so"))).toEqual(
      libraries["libllama.so"],
    );
    expect([...new Set(at.seen.map(({ stage }) => stage))]).toEqual(["verifying", "unpacking"]);
    expect(at.seen.at(-1)).toMatchObject({ bytes: 700_006, totalBytes: 700_006 });
    expect(installer.state.get()).toMatchObject({
      offers: [{ name, status: "added" }],
      installing: null,
      failed: null,
    });
    expect(at.changes).toBe(1);
    expect(at.log).toEqual([]);
    expect(await readFile(source.file)).toEqual(right);
    const options = { os: "linux", cpu: "x64", root: path.join(at.root, "none") };
    const folderOf = (added: string | null) =>
      libraryPackages({ ...options, added }).find(({ platform }) => platform === name)?.folder;
    expect(folderOf(installer.folder)).toBe(installed.folder);
    expect(folderOf(null)).toBeNull();
  });

  it("fetches from the registry that is named, and shows up among the requests", async () => {
    const installer = await at.installer();
    await at.install(installer);
    expect(await at.tree()).toEqual(inPlace);
    expect(at.seen.map(({ stage }) => stage)).toContain("downloading");
    const place = `/@node-llama-cpp/${name}/-/${name}-3.22.1.tgz`;
    expect(at.registry.requests[0]).toBe(`hub ${place}`);
    expect(at.log[0]).toMatchObject({
      url: `${at.registry.url}${place}`,
      reason: `Download of ${name}-3.22.1.tgz`,
      outcome: "allowed",
    });
    expect(at.registry.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("goes on with what had arrived when it was cancelled, and when the line broke", async () => {
    const installer = await at.installer();
    at.registry.paceMs = 20;
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
    expect((await at.tree()).every((file) => file.startsWith("libraries/.downloads/"))).toBe(true);
    at.registry.paceMs = 0;
    at.registry.seen.length = 0;
    at.registry.faults = [{ on: "cdn", dropAfter: 100_000 }];
    await at.install(await at.installer());
    expect(await at.tree()).toEqual(inPlace);
    const ranges = at.registry.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);
    expect(ranges).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-/u.exec(ranges[0] ?? "")?.[1])).toBeGreaterThan(100_000);
  });

  it("does not end with the face that asked for it, but with the one that cancels", async () => {
    const installer = await at.installer();
    at.registry.paceMs = 5;
    const gone = new AbortController();
    const running = at.install(installer, fetched, gone.signal);
    gone.abort(new HearthError({ code: "connection-lost", title: "Gone." }));
    expect((await failure(at.install(installer))).code).toBe("conflict");
    await running;
    await installer.remove(name);
    const again = failure(at.install(installer));
    await installer.cancel();
    expect((await again).code).toBe("cancelled");
  });

  it("says plainly that no registry is named, and how to get the file", async () => {
    const error = await failure(at.install(await at.installer({ registrySetting: () => null })));
    expect(error.title).toBe(`Hearth does not know where to fetch ${name} from.`);
    expect(error.suggestion).toContain(`npm pack @node-llama-cpp/${name}@3.22.1`);
    expect(at.log).toEqual([]);
    // The environment names one; a registry for this once goes before.
    const environment = { npm_config_registry: "https://elsewhere.example" };
    const installer = await at.installer({ registrySetting: () => null, environment });
    expect(installer.state.get().registry.from).toBe("environment");
    const bad = await failure(at.install(installer, { file: null, registry: "http://x.example" }));
    expect(bad.code).toBe("bad-input");
    await at.install(installer, { file: null, registry: at.registry.url });
    expect(await at.tree()).toEqual(inPlace);
  });

  it("is off while Hearth is offline", async () => {
    at.egress.setOffline(true);
    const installer = await at.installer();
    expect((await failure(at.install(installer))).code).toBe("offline");
    expect(at.registry.requests).toEqual([]);
    expect(installer.state.get().failed).toMatchObject({ name, error: { code: "offline" } });
    expect(await at.tree()).toEqual([]);
  });

  it.each([
    [404, /does not have it \(HTTP 404\)/, /another package registry/],
    [401, /say who they are \(HTTP 401\)/, /fetch the file by npm/],
  ])("tells what a registry's %i means", async (status, cause, suggestion) => {
    at.registry.faults = [{ on: "hub", status, times: 9 }];
    const error = await failure(at.install(await at.installer()));
    expect(error.code).toBe("download-failed");
    expect(error.reason).toMatch(cause);
    expect(error.suggestion).toMatch(suggestion);
  });

  it("has room first", async () => {
    const error = await failure(
      at.install(
        await at.installer({ freeBytes: () => Promise.resolve(64_500_000) }),
        await at.given(right),
      ),
    );
    expect(error.code).toBe("disk-full");
    expect(await at.tree()).toEqual([]);
  });
});

describe("a file that is not the package", () => {
  const other = gzipOf(tarOf([...files, { path: "package/more" }]));

  it.each<[string, () => Buffer, RegExp]>([
    ["another content of the same size", () => flipped(right), /SHA-512 is not the one/],
    ["cut off", () => right.subarray(0, 5000), /It has 5,000 bytes; the package has/],
    ["another package", () => other, /It is @node-llama-cpp\/linux-x64-cuda\./],
  ])("is refused and unpacked nowhere: %s", async (_what, make, cause) => {
    const published = [known(right), known(other, { name: "linux-x64-cuda", backend: "cuda" })];
    const installer = await at.installer({ published });
    const error = await failure(at.install(installer, await at.given(make())));
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toMatch(cause);
    expect(await at.tree()).toEqual([]);
    expect(installer.state.get().failed?.error.title).toBe(`This is not the file of ${name}.`);
    expect(at.changes).toBe(0);
  });

  it("is refused from a at.registry, too, after one more try", async () => {
    at.offer(flipped(right));
    const error = await failure(at.install(await at.installer()));
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toBe("Its SHA-512 is not the one that Hearth knows.");
    expect(at.registry.seen.filter(({ on }) => on === "cdn")).toHaveLength(2);
    expect((await at.tree()).filter((file) => !file.includes(".downloads"))).toEqual([]);
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
      at.install(await at.installer({ published: [known(packed)] }), await at.given(packed)),
    );
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toMatch(cause);
    expect(await at.tree()).toEqual([]);
  });

  it("puts nothing in place that is not a library on record", async () => {
    const packed = gzipOf(
      tarOf([...files, { path: `package/bins/other/libllama.so`, content: "x" }]),
    );
    await at.install(await at.installer({ published: [known(packed)] }), await at.given(packed));
    expect(await at.tree()).toEqual(inPlace);
  });

  it("is told of where it is none or cannot be read", async () => {
    const installer = await at.installer();
    const missing = await failure(
      at.install(installer, { file: path.join(at.root, "not-there.tgz"), registry: null }),
    );
    expect(missing.code).toBe("not-allowed");
    expect(missing.reason).toContain("not-there.tgz");
    const folder = await failure(at.install(installer, { file: at.root, registry: null }));
    expect(folder.reason).toMatch(/It is a folder or a device/);
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
