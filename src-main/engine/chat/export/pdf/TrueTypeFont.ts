/** A font of TrueType outlines, as far as a PDF needs to know it. Lengths are in thousandths of an em. */
export class TrueTypeFont {
  readonly glyphs: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly italicAngle: number;
  readonly box: readonly [number, number, number, number];
  readonly #view: DataView;
  readonly #tables = new Map<string, { offset: number; length: number }>();
  readonly #unitsPerEm: number;
  readonly #metrics: number;
  readonly #longOffsets: boolean;
  readonly #glyphOf = new Map<number, number>();

  /** @throws {Error} where the bytes are no such font: fonts come with Hearth, not with documents */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = this.#view.getUint16(4);
    for (let at = 0; at < count; at++) {
      const entry = 12 + 16 * at;
      const tag = String.fromCharCode(...bytes.subarray(entry, entry + 4));
      this.#tables.set(tag, {
        offset: this.#view.getUint32(entry + 8),
        length: this.#view.getUint32(entry + 12),
      });
    }
    const head = this.#at("head");
    this.#unitsPerEm = this.#view.getUint16(head + 18);
    this.box = [36, 38, 40, 42].map((field) => this.#em(this.#view.getInt16(head + field))) as [
      number,
      number,
      number,
      number,
    ];
    this.#longOffsets = this.#view.getInt16(head + 50) === 1;
    const hhea = this.#at("hhea");
    this.ascent = this.#em(this.#view.getInt16(hhea + 4));
    this.descent = this.#em(this.#view.getInt16(hhea + 6));
    this.#metrics = this.#view.getUint16(hhea + 34);
    this.glyphs = this.#view.getUint16(this.#at("maxp") + 4);
    this.italicAngle = this.#view.getInt32(this.#at("post") + 4) / 65_536;
    const os2 = this.#at("OS/2");
    const isOldOs2 = this.#view.getUint16(os2) < 2;
    this.capHeight = isOldOs2 ? this.ascent : this.#em(this.#view.getInt16(os2 + 88));
    this.#readCharacters();
  }

  /** 0 where the font has no shape for it. */
  glyph(codePoint: number): number {
    return this.#glyphOf.get(codePoint) ?? 0;
  }

  width(glyph: number): number {
    const at = Math.min(glyph, this.#metrics - 1);
    return this.#em(this.#view.getUint16(this.#at("hmtx") + 4 * at));
  }

  /** A font with the outlines of these glyphs alone; each keeps its number. */
  subset(wanted: ReadonlySet<number>): Uint8Array {
    const kept = this.#withParts(wanted);
    const offsets = new DataView(new ArrayBuffer(4 * (this.glyphs + 1)));
    const outlines: Uint8Array[] = [];
    let length = 0;
    for (let glyph = 0; glyph < this.glyphs; glyph++) {
      offsets.setUint32(4 * glyph, length);
      if (!kept.has(glyph)) continue;
      const outline = this.#outline(glyph);
      outlines.push(outline, new Uint8Array((4 - (outline.length % 4)) % 4));
      length += outline.length + ((4 - (outline.length % 4)) % 4);
    }
    offsets.setUint32(4 * this.glyphs, length);
    const head = this.#table("head").slice();
    new DataView(head.buffer).setInt16(50, 1);
    const tables: [string, Uint8Array][] = [
      ...["cvt ", "fpgm"].flatMap((tag): [string, Uint8Array][] =>
        this.#tables.has(tag) ? [[tag, this.#table(tag)]] : [],
      ),
      ["glyf", joined(outlines)],
      ["head", head],
      ["hhea", this.#table("hhea")],
      ["hmtx", this.#table("hmtx")],
      ["loca", new Uint8Array(offsets.buffer)],
      ["maxp", this.#table("maxp")],
      ...(this.#tables.has("prep")
        ? ([["prep", this.#table("prep")]] as [string, Uint8Array][])
        : []),
    ];
    return fontFile(tables);
  }

  /** Letters with accents are made of others. */
  #withParts(wanted: ReadonlySet<number>): Set<number> {
    const kept = new Set([0, ...wanted]);
    for (const glyph of kept) {
      const outline = this.#outline(glyph);
      if (outline.length < 10) continue;
      const view = new DataView(outline.buffer, outline.byteOffset, outline.length);
      if (view.getInt16(0) >= 0) continue;
      let at = 10;
      for (let flags = 0x20; (flags & 0x20) !== 0;) {
        flags = view.getUint16(at);
        kept.add(view.getUint16(at + 2));
        at += 4 + ((flags & 1) === 0 ? 2 : 4);
        if ((flags & 0x08) !== 0) at += 2;
        else if ((flags & 0x40) !== 0) at += 4;
        else if ((flags & 0x80) !== 0) at += 8;
      }
    }
    return kept;
  }

  #outline(glyph: number): Uint8Array {
    const loca = this.#at("loca");
    const offset = (at: number): number =>
      this.#longOffsets
        ? this.#view.getUint32(loca + 4 * at)
        : 2 * this.#view.getUint16(loca + 2 * at);
    const { buffer, byteOffset } = this.#view;
    const from = byteOffset + this.#at("glyf") + offset(glyph);
    return new Uint8Array(buffer, from, offset(glyph + 1) - offset(glyph));
  }

  #table(tag: string): Uint8Array {
    const { length } = this.#tables.get(tag) ?? { length: 0 };
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at(tag), length);
  }

  #at(tag: string): number {
    const table = this.#tables.get(tag);
    if (!table) throw new Error(`The font has no table “${tag}”.`);
    return table.offset;
  }

  #em(units: number): number {
    return (units * 1000) / this.#unitsPerEm;
  }

  /** Reads the tables from characters to glyphs: format 12 holds all, format 4 the first 65,536. */
  #readCharacters(): void {
    const cmap = this.#at("cmap");
    const count = this.#view.getUint16(cmap + 2);
    for (let entry = 0; entry < count; entry++) {
      const platform = this.#view.getUint16(cmap + 4 + 8 * entry);
      const table = cmap + this.#view.getUint32(cmap + 8 + 8 * entry);
      const format = this.#view.getUint16(table);
      if (platform !== 0 && platform !== 3) continue;
      if (format === 4) this.#readFormat4(table);
      else if (format === 12) this.#readFormat12(table);
    }
    if (this.#glyphOf.size === 0) throw new Error("The font has no table of characters.");
  }

  #readFormat4(table: number): void {
    const view = this.#view;
    const twice = view.getUint16(table + 6);
    for (let at = 0; at < twice; at += 2) {
      const end = view.getUint16(table + 14 + at);
      const start = view.getUint16(table + 16 + twice + at);
      const delta = view.getUint16(table + 16 + 2 * twice + at);
      const rangeAt = table + 16 + 3 * twice + at;
      const range = view.getUint16(rangeAt);
      for (let code = start; code <= end && code !== 0xffff; code++) {
        const listed = range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - start));
        const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
        if (glyph !== 0) this.#glyphOf.set(code, glyph);
      }
    }
  }

  #readFormat12(table: number): void {
    const view = this.#view;
    const groups = view.getUint32(table + 12);
    for (let at = 0; at < groups; at++) {
      const group = table + 16 + 12 * at;
      const start = view.getUint32(group);
      const glyph = view.getUint32(group + 8);
      for (let code = start; code <= view.getUint32(group + 4); code++) {
        this.#glyphOf.set(code, glyph + code - start);
      }
    }
  }
}

/** Tables in alphabetical order as a font. */
function fontFile(tables: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(12 + 16 * tables.length));
  const exponent = Math.floor(Math.log2(tables.length));
  header.setUint32(0, 0x0001_0000);
  header.setUint16(4, tables.length);
  header.setUint16(6, 16 * 2 ** exponent);
  header.setUint16(8, exponent);
  header.setUint16(10, 16 * (tables.length - 2 ** exponent));
  const parts: Uint8Array[] = [new Uint8Array(header.buffer)];
  let offset = header.byteLength;
  for (const [at, [tag, table]] of tables.entries()) {
    const padded = new Uint8Array(Math.ceil(table.length / 4) * 4);
    padded.set(table);
    const entry = 12 + 16 * at;
    for (let letter = 0; letter < 4; letter++) {
      header.setUint8(entry + letter, tag.charCodeAt(letter));
    }
    header.setUint32(entry + 4, checksum(padded));
    header.setUint32(entry + 8, offset);
    header.setUint32(entry + 12, table.length);
    parts.push(padded);
    offset += padded.length;
  }
  return joined(parts);
}

function checksum(padded: Uint8Array): number {
  const view = new DataView(padded.buffer);
  let sum = 0;
  for (let at = 0; at < padded.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
