import type { PictureType } from "../../../../contract/pictures.ts";

/** Width and height in pixels, as the file says, upright as it is to be shown. */
export interface PictureSize {
  width: number;
  height: number;
  /** Whether the file goes on to its end mark, where its kind has one. */
  whole: boolean;
}

/**
 * The size of a picture from its first fields, without decoding it: a small file may claim, and make a
 * decoder reserve, gigabytes.
 *
 * @returns null where the fields are not there
 */
export function pictureSize(bytes: Uint8Array, type: PictureType): PictureSize | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (type) {
      case "image/png":
        return pngSize(view);
      case "image/jpeg":
        return jpegSize(view);
      case "image/gif":
        return sized(view.readUInt16LE(6), view.readUInt16LE(8), view.at(-1) === 0x3b);
      case "image/bmp":
        return bmpSize(view);
      case "image/webp":
        return webpSize(view);
    }
  } catch (error) {
    // Reading beyond the end: the file ends within its own head.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function sized(width: number, height: number, whole: boolean): PictureSize | null {
  return width > 0 && height > 0 ? { width, height, whole } : null;
}

function pngSize(view: Buffer): PictureSize | null {
  if (view.toString("latin1", 12, 16) !== "IHDR") return null;
  // Chunk by chunk: length, name, data, checksum.
  let whole = false;
  for (let at = 8; at + 12 <= view.length; at += 12 + view.readUInt32BE(at)) {
    if (view.toString("latin1", at + 4, at + 8) === "IEND") whole = true;
  }
  return sized(view.readUInt32BE(16), view.readUInt32BE(20), whole);
}

function bmpSize(view: Buffer): PictureSize | null {
  // The oldest head has short fields. A height below zero means rows from the top.
  if (view.readUInt32LE(14) === 12) {
    return sized(view.readUInt16LE(18), view.readUInt16LE(20), true);
  }
  const whole = view.length >= Math.min(view.readUInt32LE(2), view.readUInt32LE(10) + 1);
  return sized(view.readInt32LE(18), Math.abs(view.readInt32LE(22)), whole);
}

function webpSize(view: Buffer): PictureSize | null {
  const whole = view.length >= view.readUInt32LE(4) + 8;
  switch (view.toString("latin1", 12, 16)) {
    case "VP8X":
      return sized(view.readUIntLE(24, 3) + 1, view.readUIntLE(27, 3) + 1, whole);
    case "VP8L": {
      const bits = view.readUInt32LE(21);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, whole);
    }
    case "VP8 ":
      return sized(view.readUInt16LE(26) & 0x3fff, view.readUInt16LE(28) & 0x3fff, whole);
    default:
      return null;
  }
}

/** Markers that open a frame, all but those of tables. */
function opensFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function jpegSize(view: Buffer): PictureSize | null {
  let onSide = false;
  for (let at = 2; ;) {
    if (view.readUInt8(at) !== 0xff) return null;
    const marker = view.readUInt8(at + 1);
    // Any number of bytes may fill the space before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (opensFrame(marker)) {
      const height = view.readUInt16BE(at + 5);
      const width = view.readUInt16BE(at + 7);
      const whole = view.includes(Buffer.from([0xff, 0xd9]), at);
      return onSide ? sized(height, width, whole) : sized(width, height, whole);
    }
    const length = view.readUInt16BE(at + 2);
    if (marker === 0xe1) onSide = liesOnSide(view.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
}

const orientationTag = 0x112;
/** Values of the tag for pictures that are to be turned by a quarter. */
const quarterTurns = [5, 6, 7, 8];

/** Whether Exif fields say that the camera was held upright while its picture lies. */
function liesOnSide(segment: Buffer): boolean {
  if (segment.toString("latin1", 0, 6) !== "Exif\0\0") return false;
  const exif = segment.subarray(6);
  const little = exif.toString("latin1", 0, 2) === "II";
  const short = (at: number): number => (little ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const start = little ? exif.readUInt32LE(4) : exif.readUInt32BE(4);
  const count = short(start);
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + 12 * i;
    if (short(entry) === orientationTag) return quarterTurns.includes(short(entry + 8));
  }
  return false;
}
