import { deflateSync } from "node:zlib";

/** The parts of a PDF: objects are added, and at the end they are a file. */
export class PdfFile {
  readonly #objects: (Uint8Array | null)[] = [];

  /** @returns the number by which other objects name it */
  add(content: string): number {
    return this.#objects.push(Buffer.from(content, "latin1"));
  }

  /** A number for an object that others name before it is made. */
  reserve(): number {
    return this.#objects.push(null);
  }

  set(number: number, content: string): void {
    this.#objects[number - 1] = Buffer.from(content, "latin1");
  }

  stream(bytes: Uint8Array): number {
    const packed = deflateSync(bytes);
    const head = `<< /Length ${packed.length} /Filter /FlateDecode /Length1 ${bytes.length} >>\nstream\n`;
    return this.#objects.push(
      Buffer.concat([Buffer.from(head, "latin1"), packed, Buffer.from("\nendstream", "latin1")]),
    );
  }

  /** @throws {Error} where a reserved object was never made: a mistake of the programmer */
  finish(root: number, info: number): Uint8Array {
    const parts: Uint8Array[] = [Buffer.from("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n", "latin1")];
    let length = parts[0]?.length ?? 0;
    const offsets: number[] = [];
    for (const [at, object] of this.#objects.entries()) {
      if (object === null) throw new Error(`Object ${at + 1} was never made.`);
      offsets.push(length);
      const whole = Buffer.concat([
        Buffer.from(`${at + 1} 0 obj\n`, "latin1"),
        object,
        Buffer.from("\nendobj\n", "latin1"),
      ]);
      parts.push(whole);
      length += whole.length;
    }
    const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
    const size = this.#objects.length + 1;
    parts.push(
      Buffer.from(
        `xref\n0 ${size}\n0000000000 65535 f \n${entries.join("")}` +
          `trailer\n<< /Size ${size} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${length}\n%%EOF\n`,
        "latin1",
      ),
    );
    return new Uint8Array(Buffer.concat(parts));
  }
}

/** Any text as a string of a PDF. */
export function pdfString(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) =>
    text.charCodeAt(at).toString(16).padStart(4, "0"),
  );
  return `<feff${units.join("")}>`;
}
