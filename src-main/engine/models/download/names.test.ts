import { describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { listQuantizations } from "../hub/quantizations.ts";
import { repositoryId } from "../hub/repositoryId.ts";
import { fakeRepository, treeEntries } from "../testing/fakeRepository.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { installedPath } from "./downloadModel.ts";

/** Names that would lead out of the folder of models, or to another file, on some system. */
const hostile = [
  "../evil.gguf",
  "a/../../evil.gguf",
  "..\\evil.gguf",
  "a\\..\\..\\evil.gguf",
  "..%2fevil.gguf",
  "%2e%2e/evil.gguf",
  "/etc/evil.gguf",
  "C:\\evil.gguf",
  "C:evil.gguf",
  "\\\\host\\share\\evil.gguf",
  "NUL.gguf",
  "con.gguf",
  "aux.q4.gguf",
  "COM1.gguf",
  "evil.gguf.",
  "evil.gguf ",
  " evil.gguf",
  "a /evil.gguf",
  "evil\u0000.gguf",
  "evil\n.gguf",
  "evil\u202Efugg.gguf",
  "ev\u0456l.gguf",
  "\uFF0E\uFF0E/evil.gguf",
  "a\u2215evil.gguf",
  ".hidden.gguf",
  ".downloads/evil.gguf",
  "evil.gguf:stream.gguf",
  "$(touch x).gguf",
  "a//evil.gguf",
  "./evil.gguf",
  "a/b/c/d/e/evil.gguf",
  `${"x".repeat(300)}.gguf`,
  "~/evil.gguf",
  "evil|.gguf",
  "evil?.gguf",
  "evil*.gguf",
];

describe("names from a hub", () => {
  it.each(hostile)("%j is not fetched", async (name) => {
    const entries = treeEntries(
      fakeRepository("some/model", { [name]: "x", "good.Q4_0.gguf": "y" }),
    );
    const files = entries.filter(({ type }) => type === "file");
    await using folder = await HubFolder.open();
    folder.hub.add(fakeRepository("some/model", { [name]: "x", "good.Q4_0.gguf": "y" }));
    const listed = listQuantizations(await folder.client.files("some/model", "main"));
    expect(files).toHaveLength(2);
    expect(listed.quantizations.map(({ key }) => key)).toEqual(["good.Q4_0.gguf"]);
    // Also when it is asked for all the same, as by a list that was changed on the disk.
    expect(() => installedPath(folder.modelsDir, "some/model", name)).toThrow(HearthError);
    const download = folder.downloader();
    const item = {
      id: "x" as never,
      repository: "some/model",
      revision: "main",
      quantization: "Q4_0",
      files: [{ path: name, bytes: 1, sha256: "0".repeat(64) }],
      status: "queued" as const,
      error: null,
      bytes: 0,
    };
    const options = { staging: `${folder.modelsDir}/.downloads/x`, onProgress: () => {} };
    await expect(
      download(item, { ...options, signal: new AbortController().signal }),
    ).rejects.toThrow(HearthError);
    expect(Object.keys(await folder.tree())).toEqual([]);
  });

  it.each([
    "model",
    "a/b/c",
    "../b",
    "a/..",
    ".a/b",
    "a/b\\c",
    "a b/c",
    "con/model",
    "a/nul",
    "a/b?x=1",
    "a/b#x",
    "a%2f/b",
    `a/${"x".repeat(200)}`,
  ])("%j is no repository", (name) => {
    expect(() => repositoryId(name)).toThrow(HearthError);
  });

  it.each(["Qwen/Qwen3-4B-GGUF", "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", "a/b_c.d"])(
    "%j is one",
    (name) => {
      expect(repositoryId(name)).toBe(name);
    },
  );
});
