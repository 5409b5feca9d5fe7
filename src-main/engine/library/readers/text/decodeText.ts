import { HearthError } from "../../../../contract/errors.ts";
import { withoutControls } from "../cleanText.ts";

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const sampleBytes = 64 * 1024;

/** Whether bytes can be text in an encoding that Hearth knows. NUL outside UTF-16 says no. */
export function looksLikeText(head: Uint8Array): boolean {
  return detectEncoding(head.subarray(0, sampleBytes)) !== null;
}

/**
 * Decodes text in UTF-8, UTF-16 (by its mark or by its pattern of NUL bytes) or, where it is not
 * valid UTF-8, windows-1252. Line ends become `\n`; other control characters go.
 *
 * @throws HearthError file-type-unknown if the bytes are no text.
 */
export function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  // All of the bytes, since one late wrong byte must not replace what was good before it.
  const encoding = detectEncoding(bytes);
  if (encoding === null) {
    throw new HearthError({
      code: "file-type-unknown",
      title: "This file is not text.",
      cause: "It has bytes that no text holds.",
      suggestion: "Save or export it as PDF or text and add that.",
    });
  }
  const text = new TextDecoder(encoding).decode(bytes);
  return withoutControls(text.replace(/\r\n?|[\u0085\u2028\u2029]/gu, "\n"));
}

function detectEncoding(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, sampleBytes);
  if (sample.includes(0)) return utf16ByPattern(sample);
  if (isUtf8(bytes)) return "utf-8";
  return looksLikeWindows1252(sample) ? "windows-1252" : null;
}

/** UTF-16 without a mark: Latin text has a NUL in nearly every second byte, always on one side. */
function utf16ByPattern(sample: Uint8Array): Encoding | null {
  if (sample.length < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] === 0) {
      if (i % 2 === 0) even++;
      else odd++;
    }
  }
  const half = sample.length / 2;
  if (odd > 0.6 * half && even < 0.02 * half) return "utf-16le";
  if (even > 0.6 * half && odd < 0.02 * half) return "utf-16be";
  return null;
}

function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const step = 1024 * 1024;
  try {
    for (let at = 0; at < bytes.length; at += step) {
      decoder.decode(bytes.subarray(at, at + step), { stream: at + step < bytes.length });
    }
    return true;
  } catch {
    // A sample may end in the middle of a character; that alone does not make it another encoding.
    return bytes.length === sampleBytes && isUtf8(bytes.subarray(0, lastCharacterStart(bytes)));
  }
}

function lastCharacterStart(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > bytes.length - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}

/** Single-byte text is nearly all printable; control bytes speak for something else. */
function looksLikeWindows1252(sample: Uint8Array): boolean {
  let controls = 0;
  let letters = 0;
  for (const byte of sample) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) controls++;
    if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 32) letters++;
  }
  return controls <= sample.length * 0.005 && letters >= sample.length * 0.4;
}
