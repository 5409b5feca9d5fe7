const newline = 10;

/**
 * The mails of a mailbox file. Each begins behind a line "From …" that follows an empty line; lines of
 * a text that begin so have a ">" before them, which is taken away.
 */
export function* splitMbox(bytes: Uint8Array): Generator<Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = -1;
  let at = 0;
  while (at !== -1 && at < buffer.length) {
    if (startsMail(buffer, at)) {
      if (start !== -1) yield withoutMarks(buffer.subarray(start, at));
      const end = buffer.indexOf(newline, at);
      start = end === -1 ? buffer.length : end + 1;
    }
    const next = buffer.indexOf("\nFrom ", at, "latin1");
    at = next === -1 ? -1 : next + 1;
  }
  if (start !== -1 && start < buffer.length) yield withoutMarks(buffer.subarray(start));
}

function startsMail(buffer: Buffer, at: number): boolean {
  if (buffer.toString("latin1", at, at + 5) !== "From ") return false;
  const before = buffer.toString("latin1", Math.max(0, at - 4), at);
  return at === 0 || /\n\r?\n$/u.test(before);
}

function withoutMarks(mail: Buffer): Uint8Array {
  if (!mail.includes("\n>", 0, "latin1")) return mail;
  const text = mail.toString("latin1").replace(/^>(>*From )/gmu, "$1");
  return Buffer.from(text, "latin1");
}
