import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeBinary } from "../../../paths/entries.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import {
  bins,
  failure,
  fetched,
  inPlace,
  known,
  LibraryHome,
  name,
  never,
  right,
} from "../testing/LibraryHome.ts";
import { gzipOf, sha512Of, tarOf } from "../testing/tarballs.ts";
import { LibraryInstaller } from "./LibraryInstaller.ts";

let at: LibraryHome;

beforeEach(async () => {
  at = await LibraryHome.open();
});
afterEach(() => at[Symbol.asyncDispose]());

describe("which packages", () => {
  const windows = known(right, { name: "win-x64-vulkan", os: "win32", file: null });

  it("never takes one whose content nobody could check, on its own computer or elsewhere", async () => {
    const source = await at.given(right);
    for (const [system, cpu] of [
      ["win32", "x64"],
      ["linux", "x64"],
    ] as const) {
      const installer = await at.installer({ os: system, cpu, published: [known(right), windows] });
      const error = await failure(installer.install(windows.name, source, () => {}, never));
      expect(error.code).toBe("not-allowed");
      expect(error.reason).toMatch(/nobody could look at this package/);
    }
    const [offered] = (await at.installer({ os: "win32", published: [windows] })).state.get()
      .offers;
    expect(offered).toMatchObject({ verifiable: false, downloadBytes: null, status: "absent" });
  });

  it("offers those for this computer alone", async () => {
    const real = (system: string, cpu: string) =>
      LibraryInstaller.open({
        ...{ home: at.home, egress: at.egress, os: system, cpu, root: path.join(at.root, "none") },
        limit: new SpeedLimit(() => null),
        registrySetting: () => null,
        onChanged: () => Promise.resolve(),
      }).then((installer) => installer.state.get().offers.map((each) => each.name));
    expect(await real("linux", "x64")).toEqual(["linux-x64-cuda", "linux-x64-vulkan"]);
    expect(await real("win32", "x64")).toEqual(["win-x64-cuda", "win-x64-vulkan"]);
    expect(await real("linux", "arm64")).toEqual([]);
    expect(await real("darwin", "arm64")).toEqual([]);
    const unknown = await failure(
      (await at.installer({ cpu: "arm64" })).install(name, fetched, () => {}, never),
    );
    expect(unknown.code).toBe("bad-input");
    expect(unknown.reason).toMatch(/no graphics libraries for this kind of computer/);
  });

  it("does not take one that came with Hearth, or is here", async () => {
    const shipped = path.join(at.root, "shipped");
    await mkdir(path.join(shipped, name, "bins", name), { recursive: true });
    const installer = await at.installer({ root: shipped });
    expect(installer.state.get().offers[0]?.status).toBe("shipped");
    expect((await failure(at.install(installer))).code).toBe("conflict");
    expect((await failure(installer.remove(name))).code).toBe("not-found");
    const other = await at.installer();
    await at.install(other, await at.given(right));
    expect((await failure(at.install(other))).title).toBe(`${name} is here already.`);
  });
});

describe("removing and sweeping", () => {
  it("takes a package off the disk, and models are loaded without it", async () => {
    const installer = await at.installer();
    await at.install(installer, await at.given(right));
    expect(await installer.remove(name)).toBeGreaterThan(700_000);
    expect(await at.tree()).toEqual([]);
    expect(at.changes).toBe(2);
    expect(installer.state.get().offers[0]?.status).toBe("absent");
    expect((await failure(installer.remove(name))).code).toBe("not-found");
    expect((await failure(installer.remove("../home"))).code).toBe("not-found");
  });

  it("frees all of it at once", async () => {
    const installer = await at.installer();
    await at.install(installer, await at.given(right));
    const part = path.join(at.home, "libraries", ".downloads", "linux-x64-cuda-3.22.1.tgz.part");
    await mkdir(path.dirname(part), { recursive: true });
    await writeFile(part, "x");
    await installer.removeAll();
    expect(await at.tree()).toEqual([]);
  });

  it("clears away what a killed engine left, and packages of another release", async () => {
    const installer = await at.installer();
    await at.install(installer, await at.given(right));
    const put = async (file: string, content = "x") => {
      const place = path.join(at.home, "libraries", file);
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
    const next = await at.installer();
    expect(await at.tree()).toEqual([
      "libraries/.downloads/linux-x64-cuda-3.22.1.tgz.part",
      ...inPlace,
    ]);
    expect(at.outdated).toEqual(["linux-x64-cuda"]);
    expect(next.state.get().offers[0]?.status).toBe("added");
  });

  it(
    "leaves a package whole or not at all, at whatever moment its process is killed",
    { timeout: 60_000 },
    async () => {
      const contents = Array.from({ length: 8 }, () => randomBytes(3_000_000));
      const nameOf = (index: number): string => `libggml-cpu-${index}.so`;
      const hashes = Object.fromEntries(
        contents.map((content, index) => [nameOf(index), sha256Of(content)]),
      );
      const entries = contents.map((content, index) => ({
        path: `${bins}/${nameOf(index)}`,
        content,
      }));
      const packed = gzipOf(tarOf(entries), 1);
      const file = { sha512: sha512Of(packed), bytes: packed.length, diskBytes: 24_000_000 };
      const published = known(packed, { file });
      const { file: brought } = await at.given(packed);
      const script = path.join(import.meta.dirname, "fixtures", "installProcess.ts");
      const place = path.join(at.home, "libraries", name, "bins", name);
      let interrupted = 0;
      for (let life = 0; life < 8; life++) {
        const child = spawn(
          nodeBinary(),
          [script, at.home, brought, JSON.stringify(published), JSON.stringify(hashes)],
          { stdio: ["ignore", "pipe", "inherit"] },
        );
        const ended = once(child, "exit");
        let said = "";
        child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
        await vi.waitUntil(() => said.includes("unpacking"), { timeout: 20_000, interval: 2 });
        await sleep(life * 60);
        child.kill("SIGKILL");
        await ended;
        const left = readdirSync(path.join(at.home, "libraries"));
        if (!left.includes(name)) {
          interrupted++;
          continue;
        }
        const there = readdirSync(place);
        expect(there.toSorted()).toEqual(Object.keys(hashes).toSorted());
        for (const each of there)
          expect(sha256Of(readFileSync(path.join(place, each))), each).toBe(hashes[each]);
        break;
      }
      expect(interrupted).toBeGreaterThan(0);
      const next = await at.installer({ published: [published], hashes: { [name]: hashes } });
      expect((await at.tree()).filter((each) => each.includes(".installing"))).toEqual([]);
      if (next.state.get().offers[0]?.status === "absent")
        await at.install(next, { file: brought, registry: null });
      expect(readdirSync(place)).toHaveLength(8);
    },
  );
});

function sha256Of(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
