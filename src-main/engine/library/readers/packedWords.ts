/**
 * The words of one page, stored as columns: word `i` covers `start[i]..end[i]` of the page's text
 * (UTF-16 offsets, end excluded) and stands in the rectangle `x,y,width,height` (PDF points, origin
 * top left, after rotation and crop box). Words are in text order and do not overlap. A word broken
 * by a hyphen at a line's end is two entries whose offsets touch.
 */
export interface PackedWords {
  readonly count: number;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly width: Float32Array;
  readonly height: Float32Array;
}

/** One word taken out of {@link PackedWords}. */
export interface ReadWord {
  start: number;
  end: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

const formatVersion = 1;
/** Stored coordinates are whole multiples of 1/32 point. */
const unitsPerPoint = 32;
const maxUnits = 2 ** 30;

export function allocateWords(count: number): PackedWords {
  return {
    count,
    start: new Uint32Array(count),
    end: new Uint32Array(count),
    x: new Float32Array(count),
    y: new Float32Array(count),
    width: new Float32Array(count),
    height: new Float32Array(count),
  };
}

export function wordsFrom(words: readonly ReadWord[]): PackedWords {
  const packed = allocateWords(words.length);
  for (const [i, word] of words.entries()) {
    packed.start[i] = word.start;
    packed.end[i] = word.end;
    packed.x[i] = word.x;
    packed.y[i] = word.y;
    packed.width[i] = word.width;
    packed.height[i] = word.height;
  }
  return packed;
}

/** @throws RangeError if there is no such word. */
export function wordAt(words: PackedWords, index: number): ReadWord {
  const start = words.start[index];
  const end = words.end[index];
  const x = words.x[index];
  const y = words.y[index];
  const width = words.width[index];
  const height = words.height[index];
  if (
    start === undefined ||
    end === undefined ||
    x === undefined ||
    y === undefined ||
    width === undefined ||
    height === undefined
  ) {
    throw new RangeError(`There is no word ${index} among ${words.count}.`);
  }
  return { start, end, x, y, width, height };
}

/** The index of the first word that ends after `offset`; `count` if there is none. */
export function firstWordAfter(words: PackedWords, offset: number): number {
  let low = 0;
  let high = words.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words.end[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Words as bytes for storage, about ten a word: a version byte, the count, then per word the
 * differences to the word before as variable-length integers. The same words always give the same
 * bytes.
 */
export function packWords(words: PackedWords): Uint8Array<ArrayBuffer> {
  // Six integers of at most five bytes each.
  const bytes = new Uint8Array(6 + words.count * 30);
  let at = 0;
  const put = (value: number): void => {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
  };
  const putSigned = (value: number): void => put(value < 0 ? -2 * value - 1 : 2 * value);
  bytes[at++] = formatVersion;
  put(words.count);
  let lastEnd = 0;
  let lastX = 0;
  let lastY = 0;
  for (let i = 0; i < words.count; i++) {
    const word = wordAt(words, i);
    const x = toUnits(word.x);
    const y = toUnits(word.y);
    putSigned(word.start - lastEnd);
    put(word.end - word.start);
    putSigned(x - lastX);
    putSigned(y - lastY);
    put(Math.max(0, toUnits(word.width)));
    put(Math.max(0, toUnits(word.height)));
    lastEnd = word.end;
    lastX = x;
    lastY = y;
  }
  return bytes.slice(0, at);
}

/** @throws RangeError if the bytes were not written by {@link packWords}. */
export function unpackWords(bytes: Uint8Array): PackedWords {
  let at = 0;
  const get = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("The stored words end too early.");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("The stored words hold a number that is too long.");
  };
  const getSigned = (): number => {
    const value = get();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const version = bytes[at++];
  if (version !== formatVersion) {
    throw new RangeError(`The stored words have format ${version}, not ${formatVersion}.`);
  }
  const count = get();
  // A word takes at least six bytes, so a damaged count cannot ask for memory without end.
  if (count > bytes.length / 6) throw new RangeError("The stored words end too early.");
  const words = allocateWords(count);
  let lastEnd = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++) {
    const start = lastEnd + getSigned();
    lastEnd = start + get();
    x += getSigned();
    y += getSigned();
    words.start[i] = start;
    words.end[i] = lastEnd;
    words.x[i] = x / unitsPerPoint;
    words.y[i] = y / unitsPerPoint;
    words.width[i] = get() / unitsPerPoint;
    words.height[i] = get() / unitsPerPoint;
  }
  return words;
}

function toUnits(points: number): number {
  if (!Number.isFinite(points)) return 0;
  return Math.min(maxUnits - 1, Math.max(-maxUnits, Math.round(points * unitsPerPoint)));
}
