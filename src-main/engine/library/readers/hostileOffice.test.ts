import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { chunkPages } from "../chunks/chunkPages.ts";
import { makeOffice, officeKinds } from "./fixtures/makeOffice.ts";
import { makeZip } from "./fixtures/makeZip.ts";
import { readBuffer, wholeText } from "./fixtures/readBuffer.ts";
import { readDocument } from "./readFile.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads in the reading thread; fails if anything there tried to reach the network. */
async function readInThread(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const refused: unknown[] = [];
  const document = await readDocument(path, {
    stallMs: 20_000,
    onRefused: (record) => refused.push(record),
  });
  expect(refused).toEqual([]);
  return wholeText(document);
}

const endings = ["read", "refused"];

/** How reading ends: with text, in plain words, or with an error that nobody foresaw. */
async function ending(bytes: Uint8Array, name: string): Promise<unknown> {
  return await readBuffer(bytes, name).then(
    () => "read",
    (error: unknown) => (error instanceof HearthError ? "refused" : error),
  );
}

describe.each(officeKinds)("hostile $extension", (kind) => {
  const name = `file.${kind.extension}`;

  it("is told by its content, whatever its name", async () => {
    for (const other of ["file.txt", "file.pdf", "file", "file.md"]) {
      expect(wholeText(await readBuffer(makeOffice(kind, "Plain words."), other))).toContain(
        "Plain words.",
      );
    }
  });

  it("cut off anywhere is damaged, or gives text", async () => {
    const whole = makeOffice(kind, "Some words to be cut.");
    for (let part = 1; part < 16; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 16));
      expect(endings).toContain(await ending(cut, name));
    }
    await expect(readBuffer(whole.subarray(0, whole.length - 30), name)).rejects.toMatchObject({
      code: "file-damaged",
    });
    await expect(readBuffer(new Uint8Array(0), name)).rejects.toMatchObject({ code: "file-empty" });
  });

  it("without its main part, or with that broken, ends plainly", async () => {
    const parts = kind.parts("Words.");
    const { [kind.part]: content = "", ...others } = parts;
    await expect(readBuffer(makeZip(others), name)).rejects.toBeInstanceOf(HearthError);
    const broken = makeZip({ ...others, [kind.part]: content.slice(0, content.length / 2) });
    expect(endings).toContain(await ending(broken, name));
    await expect(readBuffer(makeZip({ ...others, [kind.part]: "" }), name)).rejects.toMatchObject({
      code: "file-empty",
    });
  });

  it("does not unpack what grows out of proportion", async () => {
    const bomb = makeOffice(kind, `Words ${" ".repeat(60 * 1024 * 1024)}`);
    expect(bomb.length).toBeLessThan(200_000);
    await expect(readBuffer(bomb, name)).rejects.toMatchObject({ code: "file-too-large" });
  });

  it("knows no entities, near or far", async () => {
    writeFileSync(join(folder, "secret.txt"), "very secret words");
    const far = `<!DOCTYPE x [<!ENTITY far SYSTEM "file://${folder}/secret.txt"><!ENTITY % more SYSTEM "http://127.0.0.1:9/x.dtd"> %more;]>`;
    const text = await readInThread(name, makeOffice(kind, "Kept &far; words", far));
    expect(text).toContain("words");
    expect(text).not.toContain("secret");
    const lol = Array.from(
      { length: 12 },
      (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
    ).join("");
    const bomb = `<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]>`;
    expect(
      (await readInThread(name, makeOffice(kind, "Kept &l12; words", bomb))).length,
    ).toBeLessThan(500);
  });

  it("takes one word of 5 MB, and chunks it", async () => {
    const letters = Array.from({ length: 5_000_000 }, (_, i) =>
      String.fromCharCode(97 + ((i * 7919 + (i >> 5)) % 26)),
    ).join("");
    const document = await readBuffer(makeOffice(kind, letters), name);
    expect(wholeText(document)).toContain(letters.slice(1000, 2000));
    const chunks = chunkPages(document.pages, document);
    expect(chunks.every((chunk) => chunk.text.length < 5000)).toBe(true);
  });

  it("makes NULs and lone surrogates whole", async () => {
    const text = wholeText(
      await readBuffer(makeOffice(kind, "a&#0;b &#xD800; c&#x1F600;\u0007 d"), name),
    );
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain("\0");
    expect(text).toContain("c😀");
  });

  it("goes deep without falling", async () => {
    const deep = makeOffice(kind, `${"<w:x>".repeat(50_000)}bottom${"</w:x>".repeat(50_000)}`);
    expect(endings).toContain(await ending(deep, name));
  });
});

describe("hostile containers", () => {
  it("opens only with a password: says so", async () => {
    const manifest =
      "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    for (const kind of officeKinds.filter(({ part }) => part === "content.xml")) {
      const file = makeZip({ ...kind.parts("x"), "META-INF/manifest.xml": manifest });
      await expect(readBuffer(file, "a")).rejects.toMatchObject({ code: "file-encrypted" });
    }
  });

  it("repeats no cell a million times", async () => {
    const ods = makeZip({
      mimetype: "application/vnd.oasis.opendocument.spreadsheet",
      "content.xml": `<office:document-content><office:body><office:spreadsheet><table:table table:name="Big"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>again</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>last</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`,
    });
    const text = wholeText(await readBuffer(ods, "big.ods"));
    expect(text.length).toBeLessThan(20_000_000);
    expect(text).toContain("last");
  });

  it("never follows links to the outside", async () => {
    const [docx] = officeKinds;
    const parts = {
      ...docx!.parts("Words with a far template."),
      "word/_rels/document.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/><Relationship Id="r2" Type="http://x/styles" Target="../../../../etc/passwd"/></Relationships>`,
    };
    expect(await readInThread("far.docx", makeZip(parts))).toContain("far template");
  });

  it("a plain ZIP archive is none of them", async () => {
    await expect(readBuffer(makeZip({ "a.txt": "x" }), "a.zip")).rejects.toMatchObject({
      code: "file-type-unknown",
    });
  });
});
