import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { describeFileError } from "./describeFileError.ts";

/** As Node's file system makes them. */
function systemError(code: string, at?: string): Error {
  const message = `${code}: as the system says it, open '${at}'`;
  return Object.assign(new Error(message), { code, ...(at === undefined ? {} : { path: at }) });
}

describe("an error of the file system in plain words", () => {
  it.each([
    ["ENOENT", "The system does not find tiny.gguf or its folder."],
    ["EACCES", "The system does not let Hearth use tiny.gguf."],
    ["EPERM", "The system does not let Hearth use tiny.gguf."],
    ["ENOSPC", "No space is left on the disk of tiny.gguf."],
    ["EDQUOT", "Your share of the disk of tiny.gguf is used up."],
    ["EBUSY", "Another program is using tiny.gguf."],
    ["EMFILE", "Too many files are open at once to open tiny.gguf."],
    ["ENFILE", "Too many files are open at once to open tiny.gguf."],
    ["EROFS", "The disk of tiny.gguf can be read but not written."],
    ["EIO", "The disk gave an error while it read or wrote tiny.gguf."],
    ["ENOTDIR", "The path of tiny.gguf has a file where a folder should be."],
    ["EISDIR", "A file is needed, but tiny.gguf is a folder."],
    ["ENAMETOOLONG", "The name or the path of tiny.gguf is too long for the system."],
  ])("%s", (code, sentence) => {
    expect(describeFileError(systemError(code, "/models/tiny.gguf"))).toBe(sentence);
  });

  it("takes the name from what was wanted, then from the error, on each kind of path", () => {
    const error = systemError("EBUSY", "/data/inner.lock");
    expect(describeFileError(error, "C:\\Models\\large.gguf")).toContain("using large.gguf.");
    expect(describeFileError(error, "/models/")).toContain("using models.");
    expect(describeFileError(error)).toContain("using inner.lock.");
    expect(describeFileError(systemError("EBUSY"))).toContain("using the file.");
  });

  it("keeps what it has no words for", () => {
    expect(describeFileError(systemError("ESTALE", "/a"))).toContain("ESTALE");
    expect(describeFileError(new Error("Out of luck."))).toBe("Out of luck.");
    expect(describeFileError("odd")).toBe("odd");
  });

  it("knows the errors that Node throws here", async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-errors-"));
    const why = (file: string): Promise<unknown> =>
      fs.readFile(file).then(() => "read", describeFileError);
    try {
      const file = path.join(folder, "file");
      await fs.writeFile(file, "");
      expect(await why(path.join(folder, "away.txt"))).toContain("find away.txt or its folder");
      expect(await fs.readdir(file).then(() => "read", describeFileError)).toMatch(
        /path of file has a file/u,
      );
      expect(await why(path.join(folder, "n".repeat(300)))).toContain("too long");
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });
});
