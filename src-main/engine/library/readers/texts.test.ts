import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chunkPages } from "../chunks/chunkPages.ts";
import { outline, placeOfText, readBuffer, wholeText } from "./fixtures/readBuffer.ts";
import { makeZip } from "./fixtures/makeZip.ts";

const fixture = (path: string): Buffer => readFileSync(join(import.meta.dirname, path));

describe("HTML", () => {
  it("keeps headings, lists, tables, quotes, code and notes", async () => {
    const document = await readBuffer(fixture("html/fixtures/pandoc-report.html"), "report.html");
    expect(document).toMatchObject({
      mediaType: "text/html",
      title: "Lighthouse maintenance report",
      paged: false,
    });
    const lines = outline(document);
    expect(lines).toContain(
      "paragraph @ Summary ¶1: The lamp at Cape Morrow was replaced on 3 March. The new lamp uses 40 % less power and shines farther than the old one. It is still not clear who ordered it.",
    );
    expect(lines).toContain("list @ Summary › Work done ¶3:   - Fitted a ceramic socket");
    expect(lines).toContain("list @ Summary › Work done ¶6: 2. Switch off the mains.");
    expect(lines).toContain(
      "table @ Summary › Costs ¶1: Item: Lamp; Quantity: 1; Price: 840\nItem: Socket; Quantity: 2; Price: 65\nItem: Paint; Quantity: 12; Price: 18",
    );
    expect(lines).toContain("quote @ Findings ¶1: The glass is cracked on the seaward side.");
    expect(lines).toContain("code @ Findings ¶3: baro --read --unit hPa\n  --station morrow");
    expect(lines.at(-1)).toBe("note @ Findings ¶5: 1. The old lamp had served since 1987.");
  });

  it("takes the main part alone, without menus, scripts and what is hidden", async () => {
    const page = `<!DOCTYPE html><html><head><title>Tide table &ndash; Harbour</title>
      <style>p { color: red }</style></head><body>
      <nav><a href="/">Home</a> <a href="/news">News</a></nav><header>Our harbour</header>
      <main><h1>Tide table</h1><p>High water is at 6&nbsp;o'clock.</p>
        <p hidden>Secret one</p><p style="display: none">Secret two</p>
        <script>document.write("Secret three")</script><noscript>Secret four</noscript>
        <img src="http://127.0.0.1:9/track.png" alt="A map of the bay">
        <div>First<br>second</div></main>
      <aside>Buy our boats</aside><footer>Imprint</footer></body></html>`;
    const document = await readBuffer(page, "page.txt");
    expect(document).toMatchObject({ mediaType: "text/html", title: "Tide table – Harbour" });
    expect(wholeText(document)).toBe(
      "Tide table\n\nHigh water is at 6 o'clock.\n\nA map of the bay\n\nFirst\nsecond",
    );
  });

  it("takes all of a page whose main part is nearly empty", async () => {
    const text = "All of the text stands outside of the main part, as a careless author left it. ";
    const page = `<html><body><main>Menu</main><div>${text.repeat(3)}</div></body></html>`;
    expect(wholeText(await readBuffer(page, "a.html"))).toContain("careless author");
  });

  it("decodes what the page names", async () => {
    const head = '<html><head><meta charset="windows-1251"></head><body><p>';
    const page = Buffer.concat([
      Buffer.from(head),
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    ]);
    expect(wholeText(await readBuffer(page, "a.html"))).toBe("Привет");
  });

  it("survives a deep and an endless page", async () => {
    const deep = `<html><body>${"<div>".repeat(50_000)}bottom`;
    expect(wholeText(await readBuffer(deep, "deep.html"))).toBe("bottom");
    const open = `<html><body><table>${"<tr><td>cell<td>next".repeat(20_000)}`;
    expect(wholeText(await readBuffer(open, "open.html"))).toContain("cell | next");
  });
});

describe("e-books", () => {
  it("are read chapter by chapter", async () => {
    const document = await readBuffer(fixture("epub/fixtures/pandoc-book.epub"), "book.epub");
    expect(document).toMatchObject({
      mediaType: "application/epub+zip",
      title: "Tales of the Strait",
      paged: false,
    });
    expect(outline(document)).toEqual([
      "heading1 @ Tales of the Strait ¶1: Tales of the Strait",
      "paragraph @ Tales of the Strait ¶1: Ada Lindqvist",
      "heading1 @ The storm ¶1: The storm",
      "paragraph @ The storm ¶1: The wind turned at midnight. Nobody on the island slept.",
      "heading2 @ The storm › The signal ¶1: The signal",
      "paragraph @ The storm › The signal ¶1: Three long flashes meant that the ferry was lost.",
      "note @ The storm › The signal ¶2: 1. Except the cat.",
      "heading1 @ The morning ¶1: The morning",
      "paragraph @ The morning ¶1: When the sun rose, the ferry lay in the harbour.",
      "table @ The morning ¶2: Passenger: Ada; Luggage: 2 bags\nPassenger: Bo; Luggage: 1 trunk",
    ]);
  });

  const book = (more: Record<string, string> = {}): Buffer =>
    makeZip({
      mimetype: "application/epub+zip",
      "META-INF/container.xml":
        '<container><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>',
      "OEBPS/a.opf":
        '<package><metadata><dc:title>Two roads</dc:title></metadata><manifest><item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="a" href="one%20a.xhtml"/><item id="b" href="two.xhtml"/></manifest><spine><itemref idref="b"/><itemref idref="a"/><itemref idref="gone"/></spine></package>',
      "OEBPS/toc.ncx":
        '<ncx><navMap><navPoint><navLabel><text>The first road</text></navLabel><content src="one%20a.xhtml#x"/></navPoint></navMap></ncx>',
      "OEBPS/one a.xhtml": "<html><body><a id='x'/><p>It goes up.</p></body></html>",
      "OEBPS/two.xhtml":
        "<html><title/><body><h2>The second</h2><p>It goes down.</p></body></html>",
      ...more,
    });

  it("follow the order of reading, and take names from the list of contents", async () => {
    expect(outline(await readBuffer(book(), "b.epub"))).toEqual([
      "heading2 @ The second ¶1: The second",
      "paragraph @ The second ¶1: It goes down.",
      "heading1 @ The first road ¶1: The first road",
      "paragraph @ The first road ¶1: It goes up.",
    ]);
  });

  it("say that they are protected, but not because of a font", async () => {
    const encryption = (algorithm: string): Record<string, string> => ({
      "META-INF/encryption.xml": `<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/></enc:EncryptedData></encryption>`,
    });
    await expect(
      readBuffer(book(encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")), "b.epub"),
    ).rejects.toMatchObject({ code: "file-encrypted" });
    const font = book(encryption("http://www.idpf.org/2008/embedding"));
    expect(wholeText(await readBuffer(font, "b.epub"))).toContain("It goes down.");
  });

  it("are damaged without their list of parts", async () => {
    const bare = makeZip({ mimetype: "application/epub+zip", "a.xhtml": "<p>x</p>" });
    await expect(readBuffer(bare, "b.epub")).rejects.toMatchObject({ code: "file-damaged" });
  });
});

describe("mail", () => {
  it("says who wrote to whom and when, and tells quotes and attachments", async () => {
    const document = await readBuffer(fixture("mail/fixtures/offer.eml"), "offer");
    expect(document).toMatchObject({
      mediaType: "message/rfc822",
      title: "Repair of the lamp – offer",
    });
    expect(document.pages.flatMap((page) => page.blocks.map(({ kind }) => kind))).toEqual([
      ...["heading", "paragraph", "paragraph", "paragraph", "paragraph", "paragraph"],
      ...["quote", "paragraph", "note"],
    ]);
    const text = wholeText(document);
    expect(text).toContain(
      "From: Åsa Öberg <asa@harbour.example>\nTo: Bo Wren <bo@harbour.example>, office@harbour.example\nDate: 2024-03-05 13:30 UTC",
    );
    // Lines that were broken because they were full are one; others stay.
    expect(text).toContain("will be delivered to the pier on the morning of 12 March.");
    expect(text).toContain("- Bring the long ladder.\n- Bring the spare fuse.");
    expect(text).toContain("Attachment: Angebot – Lampe.pdf");
  });

  it("lies in mailboxes, each under its subject", async () => {
    const document = await readBuffer(fixture("mail/fixtures/letters.mbox"), "letters");
    expect(document).toMatchObject({ mediaType: "application/mbox", pageCount: 3 });
    expect(placeOfText(document, "We take the lamp.")).toMatchObject({
      kind: "section",
      path: ["Re: Repair of the lamp", "Agreed"],
    });
    // A line that begins with the mark of a new mail is still of its own.
    expect(outline(document).slice(-2)).toEqual([
      "paragraph @ Keys ¶2: From now on the key hangs behind the barometer.",
      "paragraph @ Keys ¶3: From time to time it is oiled.",
    ]);
  });

  it("is not every text with a colon", async () => {
    const notes = "From: here to there\n\nWe walked.\n";
    expect((await readBuffer(notes, "walk.txt")).mediaType).toBe("text/plain");
  });

  it("ends plainly when it is hostile", async () => {
    const parts = Array.from(
      { length: 400 },
      (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`,
    ).join("");
    await expect(
      readBuffer(`From: a@b.example\nDate: now\n${parts}`, "a.eml"),
    ).rejects.toMatchObject({
      code: "file-damaged",
    });
    await expect(readBuffer("just words\n", "a.eml")).rejects.toThrow();
  });
});

describe("tables as text", () => {
  it("have rows with their names, each in its cells", async () => {
    const document = await readBuffer(fixture("csv/fixtures/stock.csv"), "stock.csv");
    expect(document).toMatchObject({ mediaType: "text/csv", paged: false });
    expect(wholeText(document)).toContain("Item: Anchor; Quantity: 2; Price: 180.25");
    expect(placeOfText(document, "Person: Bo Wren")).toEqual({
      kind: "cells",
      sheet: "",
      range: "A10:C10",
    });
  });

  it.each([
    ["semicolons", 'Name;Age;City\nAda;36;"Lund; old town"\nBo;41;Oslo\n'],
    ["tabs", "Name\tAge\tCity\nAda\t36\tLund; old town\nBo\t41\tOslo\n"],
    ["quoted line ends", 'Name,Age,City\nAda,36,"Lund;\nold town"\nBo,41,Oslo\n'],
  ])("are parted by %s", async (_, text) => {
    const whole = wholeText(await readBuffer(text, "people.csv"));
    expect(whole).toContain("Name: Ada; Age: 36; City: Lund; old town");
    expect(whole).toContain("Name: Bo; Age: 41; City: Oslo");
  });
});

describe("program text", () => {
  const python = `import math

# How far the lamp shines.
@cached
def reach(height):
    return math.sqrt(height) * 3.57


class Lamp:
    """A lamp."""

    def __init__(self, power):
        self.power = power

    def shine(self):
        return "light"


LIMIT = 3
`;

  it("is cut at definitions that know what they are in", async () => {
    const document = await readBuffer(python, "lamp.py");
    expect(document.mediaType).toBe("text/x-code");
    const blocks = document.pages.flatMap((page) =>
      page.blocks.map(({ start, end, path }) => [
        path ?? [],
        page.text.slice(start, end).split("\n")[0],
      ]),
    );
    expect(blocks).toEqual([
      [[], "import math"],
      [["reach"], "# How far the lamp shines."],
      [["Lamp"], "class Lamp:"],
      [["Lamp", "__init__"], "    def __init__(self, power):"],
      [["Lamp", "shine"], "    def shine(self):"],
      [[], "LIMIT = 3"],
    ]);
    expect(placeOfText(document, "def shine")).toEqual({ kind: "lines", from: 15, to: 15 });
    const chunks = chunkPages(document.pages, document, { targetTokens: 16, maxTokens: 60 });
    expect(chunks.map(({ context }) => context)).toContain("Lamp › __init__");
  });

  it.each([
    [
      "a.ts",
      "export class Store {\n  async #open(): Promise<void> {\n    if (a) {\n    }\n  }\n}\n",
      ["Store", "#open"],
    ],
    ["a.ts", "export const area = (width: number): number => width;\n", ["area"]],
    ["a.go", "func (s *Server) Start(port int) error {\n\treturn nil\n}\n", ["Server.Start"]],
    [
      "a.rs",
      "impl Drop for Lamp {\n    fn drop(&mut self) {\n    }\n}\n",
      ["Drop for Lamp", "drop"],
    ],
    ["a.c", "static int\tx;\nint open_lock(const char *name)\n{\n}\n", ["open_lock"]],
    [
      "a.java",
      "public class A {\n  public static void main(String[] args) {\n  }\n}\n",
      ["A", "main"],
    ],
    ["a.sql", "CREATE TABLE boats (\n  name TEXT\n);\n", ["boats"]],
    ["a.json", '{\n  "lamp": {\n    "power": 3\n  }\n}\n', ["lamp"]],
    ["a.toml", "[tool.lamp]\npower = 3\n", ["tool.lamp"]],
  ])("of %s: %j", async (name, text, path) => {
    const document = await readBuffer(text, name);
    const paths = document.pages.flatMap((page) => page.blocks.map((block) => block.path ?? []));
    expect(paths).toContainEqual(path);
  });

  it("takes one line of 5 MB", async () => {
    const line = `{"key": "${"word ".repeat(1_000_000)}"}`;
    const document = await readBuffer(line, "big.json");
    expect(wholeText(document).length).toBeGreaterThan(4_999_000);
    const chunks = chunkPages(document.pages, document);
    expect(chunks.every(({ text }) => text.length < 5_000)).toBe(true);
  });
});
