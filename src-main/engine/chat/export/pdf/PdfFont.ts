import { PdfFile } from "./PdfFile.ts";
import { TrueTypeFont } from "./TrueTypeFont.ts";

/** Something that text can be measured and drawn with. Widths are in thousandths of an em. */
export interface DrawingFont {
  /** Its name in the pages' resources. */
  readonly name: string;
  readonly ascent: number;
  readonly descent: number;
  width(sign: string): number;
  /** What stands before `Tj`. */
  encode(text: string): string;
  /** Adds the font to a file, with the outlines that were used. @returns its object's number */
  write(file: PdfFile): number;
}

/** A font that goes into the file. A letter it has no shape for is drawn as a box, and copied right. */
export class EmbeddedFont implements DrawingFont {
  readonly name: string;
  readonly #font: TrueTypeFont;
  /** The letter of each code. Codes are glyphs; behind them are those of letters without a shape. */
  readonly #letters = new Map<number, string>();
  readonly #missing = new Map<string, number>();

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.#font = new TrueTypeFont(bytes);
  }

  get ascent(): number {
    return this.#font.ascent;
  }

  get descent(): number {
    return this.#font.descent;
  }

  /** Letters that were drawn as boxes. */
  get undrawable(): Iterable<string> {
    return this.#missing.keys();
  }

  width(sign: string): number {
    return this.#font.width(this.#glyph(sign));
  }

  encode(text: string): string {
    let hex = "";
    for (const sign of text) {
      const glyph = this.#glyph(sign);
      const code = glyph === 0 ? this.#codeOfMissing(sign) : glyph;
      this.#letters.set(code, sign);
      hex += code.toString(16).padStart(4, "0");
    }
    return `<${hex}>`;
  }

  write(file: PdfFile): number {
    const used = new Set([...this.#letters.keys()].filter((code) => code < this.#font.glyphs));
    const outlines = file.stream(this.#font.subset(used));
    const { ascent, descent, capHeight, italicAngle, box } = this.#font;
    const descriptor = file.add(
      `<< /Type /FontDescriptor /FontName /${this.name} /Flags 4 /FontBBox [${box.map(Math.round).join(" ")}] ` +
        `/ItalicAngle ${italicAngle} /Ascent ${Math.round(ascent)} /Descent ${Math.round(descent)} ` +
        `/CapHeight ${Math.round(capHeight)} /StemV 80 /FontFile2 ${outlines} 0 R >>`,
    );
    const codes = [...this.#letters.keys()].sort((a, b) => a - b);
    const widths = codes.map((code) => {
      const glyph = code < this.#font.glyphs ? code : 0;
      return `${code} [${this.#font.width(glyph).toFixed(1)}]`;
    });
    const map = this.#missing.size === 0 ? "/Identity" : `${file.stream(this.#glyphMap())} 0 R`;
    const descendant = file.add(
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${this.name} /CIDSystemInfo ` +
        `<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${descriptor} 0 R ` +
        `/W [${widths.join(" ")}] /CIDToGIDMap ${map} >>`,
    );
    const toUnicode = file.stream(Buffer.from(this.#unicodeMap(codes), "latin1"));
    return file.add(
      `<< /Type /Font /Subtype /Type0 /BaseFont /${this.name} /Encoding /Identity-H ` +
        `/DescendantFonts [${descendant} 0 R] /ToUnicode ${toUnicode} 0 R >>`,
    );
  }

  #glyph(sign: string): number {
    // Scripts that are written from right to left would stand there in the wrong order.
    if (/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u.test(sign)) {
      return 0;
    }
    return this.#font.glyph(sign.codePointAt(0) ?? 0);
  }

  #codeOfMissing(sign: string): number {
    const known = this.#missing.get(sign);
    if (known !== undefined) return known;
    // Codes have two bytes; where all are given, further letters share the last one.
    const code = Math.min(this.#font.glyphs + this.#missing.size, 0xffff);
    this.#missing.set(sign, code);
    return code;
  }

  /** The glyph of each code: itself, and the box for those behind the last glyph. */
  #glyphMap(): Uint8Array {
    const codes = Math.max(this.#font.glyphs, ...this.#letters.keys()) + 1;
    const map = new DataView(new ArrayBuffer(2 * codes));
    for (let code = 0; code < this.#font.glyphs; code++) map.setUint16(2 * code, code);
    return new Uint8Array(map.buffer);
  }

  #unicodeMap(codes: readonly number[]): string {
    const hex = (value: number): string => value.toString(16).padStart(4, "0");
    const entries = codes.map((code) => {
      const letter = this.#letters.get(code) ?? "";
      const units = Array.from({ length: letter.length }, (_, at) => hex(letter.charCodeAt(at)));
      return `<${hex(code)}> <${units.join("")}>`;
    });
    const sections: string[] = [];
    // A section holds a hundred entries at most.
    for (let at = 0; at < entries.length; at += 100) {
      const some = entries.slice(at, at + 100);
      sections.push(`${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`);
    }
    return (
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n" +
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
      "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n" +
      "1 begincodespacerange <0000> <ffff> endcodespacerange\n" +
      `${sections.join("\n")}\nendcmap CMapName currentdict /CMap defineresource pop end end`
    );
  }
}

/** Courier, which every reader of PDFs has; for code in Latin letters. */
export class FixedFont implements DrawingFont {
  readonly name = "Courier";
  readonly ascent = 629;
  readonly descent = -157;

  static canDraw(text: string): boolean {
    return /^[\u0020-\u007e\u00a0-\u00ff]*$/u.test(text);
  }

  width(): number {
    return 600;
  }

  encode(text: string): string {
    return `<${Buffer.from(text, "latin1").toString("hex")}>`;
  }

  write(file: PdfFile): number {
    return file.add(
      "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    );
  }
}
