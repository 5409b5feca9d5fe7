import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { locateLibraries } from "../locateLibraries.ts";
import { differingFields, openCheckedLibllama } from "./libllamaGate.ts";
import { pinnedLibraryHashes } from "./pinnedLibraryHashes.ts";

const real = locateLibraries({ device: "cpu" });

function refusal(run: () => unknown): HearthError {
  try {
    run();
  } catch (error) {
    if (error instanceof HearthError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("openCheckedLibllama", () => {
  let root = "";
  let made = 0;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "hearth-gate-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const copy = (): string => {
    const folder = join(root, String(made++));
    mkdirSync(folder);
    for (const name of readdirSync(real.folder)) {
      if (/^lib(ggml|llama)/.test(name) && !/cpu|common/.test(name))
        copyFileSync(join(real.folder, name), join(folder, name));
    }
    return folder;
  };
  const named = (folder: string, pattern: RegExp): string => {
    const name = readdirSync(folder).find((candidate) => pattern.test(candidate));
    if (!name) throw new Error(`Nothing like ${pattern} in ${folder}.`);
    return join(folder, name);
  };

  it("opens the library that Hearth comes with, hashes checked", () => {
    const { version, hashKnown, library } = openCheckedLibllama(real.folder, real.platform);
    expect(version).toBe("0.5.0-dev");
    expect(hashKnown).toBe(true);
    expect(library.contextDefaultParams().n_ctx).toBe(512);
  });

  it("has hashes for the platform these tests run on", () => {
    expect(Object.keys(pinnedLibraryHashes)).toContain(real.platform);
  });

  it("refuses a copy in which one byte was changed, before loading it", () => {
    const folder = copy();
    const file = named(folder, /^libllama/);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const error = refusal(() => openCheckedLibllama(folder, real.platform));
    expect(error.code).toBe("library-mismatch");
    expect(error.reason).toMatch(/libllama.* differs from the file that was released/);
    expect(error.suggestion).not.toBe("");
  });

  it("refuses a backend that nobody knows", () => {
    const folder = copy();
    writeFileSync(join(folder, "libggml-extra.so"), "");
    expect(refusal(() => openCheckedLibllama(folder, real.platform)).reason).toMatch(
      /libggml-extra\.so is not part/,
    );
  });

  it("refuses another library under the name of libllama, where no hash is known", () => {
    const folder = copy();
    cpSync(named(folder, /ggml-base/), named(folder, /^libllama/), { force: true });
    const error = refusal(() => openCheckedLibllama(folder, "unknown-platform"));
    expect(error.code).toBe("library-mismatch");
    expect(error.reason).toMatch(/does not load/);
  });

  it("refuses a file that is no library", () => {
    const folder = copy();
    writeFileSync(named(folder, /ggml-base/), "not a library");
    expect(refusal(() => openCheckedLibllama(folder, "unknown-platform")).reason).toMatch(
      /does not load/,
    );
  });

  it("refuses an incomplete folder and one that is not there", () => {
    const folder = copy();
    rmSync(named(folder, /^libllama/));
    expect(refusal(() => openCheckedLibllama(folder, real.platform)).reason).toMatch(
      /libllama is missing/,
    );
    expect(refusal(() => openCheckedLibllama(join(root, "none"), real.platform)).reason).toMatch(
      /cannot be read/,
    );
  });

  it("opens the real library where no hash is known, and says so", () => {
    expect(openCheckedLibllama(real.folder, "unknown-platform").hashKnown).toBe(false);
  });
});

describe("differingFields", () => {
  it("names what a shifted layout reads", () => {
    expect(differingFields({ a: 1, b: null, c: true }, { a: 1, b: null, c: true })).toEqual([]);
    expect(differingFields({ a: 0, b: 7n }, { a: 1, b: null })).toEqual(["a 0", "b 7"]);
    expect(differingFields({}, { a: 1 })).toEqual(["a undefined"]);
  });
});
