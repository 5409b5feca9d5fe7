import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chunkPages } from "../chunks/chunkPages.ts";
import { outline, placeOfText, readBuffer } from "./fixtures/readBuffer.ts";

const fixture = (path: string): Buffer => readFileSync(join(import.meta.dirname, path));

describe("text documents", () => {
  const files = [
    ["docx/fixtures/pandoc-report.docx", true, true],
    ["docx/fixtures/libreoffice-report.docx", false, true],
    ["odf/fixtures/pandoc-report.odt", false, false],
    ["odf/fixtures/libreoffice-report.odt", true, false],
  ] as const;
  it.each(files)(
    "%s keeps headings, lists, tables, notes and places",
    async (file, hasComment, hasQuote) => {
      const document = await readBuffer(fixture(file), file);
      const comment = hasComment ? "" : " It is still not clear who ordered it.";
      const number = hasComment ? 4 : 3;
      expect(document).toMatchObject({ title: "Lighthouse maintenance report", paged: false });
      expect(outline(document)).toEqual([
        "heading1 @ Lighthouse maintenance report ¶1: Lighthouse maintenance report",
        "paragraph @ Lighthouse maintenance report ¶1: Ada Lindqvist",
        "heading1 @ Summary ¶1: Summary",
        `paragraph @ Summary ¶1: The lamp at Cape Morrow was replaced on 3 March. The new lamp uses 40 % less power and shines farther than the old one.${comment}`,
        "note @ Summary ¶2: Footnote 1: The old lamp had served since 1987.",
        ...(hasComment
          ? ["note @ Summary ¶3: Comment by Bo Wren: It is still not clear who ordered it."]
          : []),
        "heading2 @ Summary › Work done ¶1: Work done",
        "list @ Summary › Work done ¶1: - Replaced the lamp",
        "list @ Summary › Work done ¶2:   - Removed the old socket",
        "list @ Summary › Work done ¶3:   - Fitted a ceramic socket",
        "list @ Summary › Work done ¶4: - Painted the railing",
        "list @ Summary › Work done ¶5: 1. Climb the tower.",
        "list @ Summary › Work done ¶6: 2. Switch off the mains.",
        "list @ Summary › Work done ¶7: 3. Change the fuse.",
        "heading2 @ Summary › Costs ¶1: Costs",
        "table @ Summary › Costs ¶1: Item: Lamp; Quantity: 1; Price: 840\nItem: Socket; Quantity: 2; Price: 65\nItem: Paint; Quantity: 12; Price: 18",
        "heading1 @ Findings ¶1: Findings",
        `${hasQuote ? "quote" : "paragraph"} @ Findings ¶1: The glass is cracked on the seaward side.`,
        "paragraph @ Findings ¶2: The keeper reads the barometer with this command:",
        "code @ Findings ¶3: baro --read --unit hPa\n  --station morrow",
        "paragraph @ Findings ¶4: Grüße aus Århus — naïve café, 東京 and ελληνικά.",
      ]);
      expect(number).toBeGreaterThan(0);
    },
  );

  it("gives chunks their headings and places", async () => {
    const document = await readBuffer(fixture("docx/fixtures/pandoc-report.docx"), "a.docx");
    const chunks = chunkPages(document.pages, document, { targetTokens: 40, maxTokens: 90 });
    const row = chunks.find((chunk) => chunk.text.includes("Socket; Quantity"));
    expect(row?.location).toMatchObject({ kind: "section", path: ["Summary", "Costs"] });
    const findings = chunks.find((chunk) => chunk.text.includes("barometer"));
    expect(findings).toMatchObject({ page: null, location: { path: ["Findings"] } });
    for (const chunk of chunks) {
      const all = [...chunk.headings, chunk.text].join("\n");
      if (chunk.location.kind === "section") {
        for (const heading of chunk.location.path) expect(all).toContain(heading);
      }
    }
  });

  it("says of an encrypted file that it is encrypted", async () => {
    await expect(
      readBuffer(fixture("docx/fixtures/encrypted.docx"), "encrypted.docx"),
    ).rejects.toMatchObject({ code: "file-encrypted" });
  });
});

describe("presentations", () => {
  it.each([
    "pptx/fixtures/pandoc-slides.pptx",
    "pptx/fixtures/libreoffice-slides.pptx",
    "odf/fixtures/libreoffice-slides.odp",
  ])("%s is read slide by slide, with notes and tables", async (file) => {
    const document = await readBuffer(fixture(file), file);
    expect(document).toMatchObject({ title: "Harbour plan", paged: true, pageCount: 4 });
    expect(outline(document)).toEqual([
      "heading1 @ slide 1: Harbour plan",
      "paragraph @ slide 1: Ada Lindqvist",
      "heading1 @ slide 2: The new pier",
      "list @ slide 2: - Length of 120 metres",
      "list @ slide 2: - Built of oak",
      "list @ slide 2:   - from the northern forest",
      "note @ slide 2: Speaker’s note: Mention the permit of the coast guard.",
      "heading1 @ slide 3: Budget",
      "table @ slide 3: Year: 2024; Amount: 120\nYear: 2025; Amount: 310",
      "heading1 @ slide 4: Thanks",
      "paragraph @ slide 4: Questions go to the harbour office.",
    ]);
    const chunks = chunkPages(document.pages, document);
    expect(chunks.map((chunk) => [chunk.page, chunk.location])).toEqual(
      [1, 2, 3, 4].map((slide) => [slide, { kind: "slide", slide }]),
    );
    expect(chunks[3]?.context).toBe("");
  });
});

describe("spreadsheets", () => {
  it.each([
    ["xlsx/fixtures/openpyxl-orders.xlsx", "360.5", "12.5%", "=SUM(D4:D6)", "06:00", "14:00"],
    ["xlsx/fixtures/libreoffice-orders.xlsx", "360.5", "12.5%", "1184.5", "06:00", "14:00"],
    ["odf/fixtures/libreoffice-orders.ods", "360.50 €", "12.5%", "1184.5", "6:00:00", "14:00:00"],
  ])(
    "%s has rows with their names, values as shown, and comments",
    async (file, amount, share, sum, from, to) => {
      const document = await readBuffer(fixture(file), file);
      const lines = outline(document);
      expect(lines.slice(0, 2)).toEqual([
        "heading1 @ Orders 2024!A1: Orders 2024",
        "table @ Orders 2024!A1: Orders of the boat yard",
      ]);
      expect(lines[2]).toContain(
        "table @ Orders 2024!A4:F6: Date: 2024-03-01; Customer: Ada Lindqvist",
      );
      expect(lines[2]).toContain(`Customer: Bo Wren; Item: Anchor; Amount: ${amount}; Share: 50`);
      expect(lines[2]).toContain(`Share: ${share}; Paid: TRUE`);
      expect(lines[2]).toContain("Date: 2024-03-09 14:30; Customer: Åsa Öberg");
      expect(lines.slice(3)).toEqual([
        `table @ Orders 2024!C8:D8: Item: Total; Amount: ${sum}`,
        "note @ Orders 2024!C5: Comment on C5: Ask whether the chain is included.",
        "heading1 @ Staff & shifts!A1: Staff & shifts",
        `table @ Staff & shifts!A2:D3: Name: Ada; Shift: Early; From: ${from}; To: ${to}\nName: Bo; Shift: Late; From: 14:00${to.slice(5)}; To: 22:00${to.slice(5)}`,
      ]);
      expect(placeOfText(document, "Bo Wren; Item")).toEqual({
        kind: "cells",
        sheet: "Orders 2024",
        range: "A5:F5",
      });
    },
  );

  it("finds a second table below the first", async () => {
    const document = await readBuffer(fixture("xlsx/fixtures/libreoffice-stock.xlsx"), "s.xlsx");
    expect(outline(document).slice(1)).toEqual([
      "table @ stock!A1: Stock of the boat yard",
      "table @ stock!A4:E6: Item: Rope; Quantity: 12; Price: 4.5; Delivered: 2024-03-01; Share: 12.5%\nItem: Anchor; Quantity: 2; Price: 180.25; Delivered: 2024-02-11; Share: 3%\nItem: Sail cloth; Quantity: 35; Price: 22; Delivered: 2023-12-24; Share: 84.5%",
      "table @ stock!A9:C10: Person: Ada Lindqvist; Phone: 555-0101; Hours: 38\nPerson: Bo Wren; Phone: 555-0102; Hours: 20",
    ]);
  });
});
