import { createHash } from "node:crypto";
import type { FileCursor } from "./FileCursor.ts";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";
import {
  scalarBytes,
  type ScalarTypeName,
  type ValueTypeName,
  valueTypeNames,
} from "./ggmlTypes.ts";

export type GgufScalar = string | number | bigint | boolean;

/** An array of which long ones are only counted. */
export type GgufArray = {
  element: ValueTypeName;
  length: number;
  /** Present for arrays of at most 64 elements. */
  values?: readonly GgufScalar[];
  /** SHA-256 of all elements, each behind its length; only of a long list of tokens. */
  sha256?: string;
};

/** A string too long to be kept. */
export type GgufLongString = { longStringBytes: number };

/** 64-bit integers are numbers where those are exact. */
export type GgufValue = GgufScalar | GgufArray | GgufLongString;

const maximumKeyBytes = 65_535;
const maximumKeptStringBytes = 1024 * 1024;
/** Sum over all kept strings: a hostile header must not fill memory with many middling ones. */
const maximumKeptBytes = 16 * 1024 * 1024;
const maximumKeptElements = 64;
/** The list that tells two vocabularies apart. */
const hashedKey = "tokenizer.ggml.tokens";
/** No token is nearly as long; a list that has a longer one gets no hash. */
const maximumTokenBytes = 65_535;

type Budget = { bytesLeft: number };

/** Reads `count` key-value pairs. @throws HearthError `model-damaged` or `model-unsupported`. */
export async function readMetadata(
  cursor: FileCursor,
  count: number,
): Promise<Map<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>();
  const budget = { bytesLeft: maximumKeptBytes };
  for (let index = 0; index < count; index++) {
    const what = `metadata entry ${index + 1} of ${count}`;
    await cursor.need(8, what);
    const keyBytes = cursor.size();
    if (keyBytes === 0 || keyBytes > maximumKeyBytes) {
      throw damagedModel(`The name of ${what} claims ${keyBytes} bytes.`);
    }
    const key = (await cursor.bytes(keyBytes, what)).toString("utf8");
    if (metadata.has(key)) throw damagedModel(`Its header has "${printable(key)}" twice.`);
    await cursor.need(4, what);
    const type = readType(cursor.uint32(), key);
    metadata.set(key, await readValue(cursor, type, key, budget));
  }
  return metadata;
}

function readType(number: number, key: string): ValueTypeName {
  const type = valueTypeNames.get(number);
  if (type !== undefined) return type;
  throw damagedModel(`"${printable(key)}" has the unknown value type ${number}.`);
}

async function readValue(
  cursor: FileCursor,
  type: ValueTypeName,
  key: string,
  budget: Budget,
): Promise<GgufValue> {
  const what = `"${printable(key)}"`;
  if (type === "array") return readArray(cursor, key, budget);
  if (type === "string") {
    await cursor.need(8, what);
    const bytes = cursor.size();
    if (bytes <= maximumKeptStringBytes && bytes <= budget.bytesLeft) {
      budget.bytesLeft -= bytes;
      return (await cursor.bytes(bytes, what)).toString("utf8");
    }
    cursor.skip(bytes, what);
    return { longStringBytes: bytes };
  }
  await cursor.need(scalarBytes[type], what);
  return readScalar(cursor, type);
}

async function readArray(cursor: FileCursor, key: string, budget: Budget): Promise<GgufArray> {
  const what = `"${printable(key)}"`;
  await cursor.need(12, what);
  const element = readType(cursor.uint32(), key);
  const length = cursor.size();
  if (element === "array") {
    throw unsupportedModel(`${what} is a list of lists, which no known model uses.`);
  }
  const leastBytes = element === "string" ? 8 : scalarBytes[element];
  if (length > cursor.remaining / leastBytes) {
    throw damagedModel(`${what} claims ${length} elements, more than the file can hold.`);
  }
  if (length <= maximumKeptElements) {
    const values: GgufScalar[] = [];
    for (let index = 0; index < length; index++) {
      const value = await readValue(cursor, element, key, budget);
      if (typeof value === "object") return skipRest(cursor, element, length, index + 1, what);
      values.push(value);
    }
    return { element, length, values };
  }
  return key === hashedKey && element === "string"
    ? hashStrings(cursor, length, what)
    : skipRest(cursor, element, length, 0, what);
}

async function hashStrings(cursor: FileCursor, length: number, what: string): Promise<GgufArray> {
  const hash = createHash("sha256");
  const size = Buffer.alloc(4);
  for (let index = 0; index < length; index++) {
    if (!cursor.has(8)) await cursor.need(8, what);
    const bytes = cursor.size();
    if (bytes > maximumTokenBytes) {
      cursor.skip(bytes, what);
      return skipRest(cursor, "string", length, index + 1, what);
    }
    size.writeUInt32LE(bytes);
    hash.update(size).update(await cursor.bytes(bytes, what));
  }
  return { element: "string", length, sha256: hash.digest("hex") };
}

async function skipRest(
  cursor: FileCursor,
  element: Exclude<ValueTypeName, "array">,
  length: number,
  from: number,
  what: string,
): Promise<GgufArray> {
  if (element === "string") {
    for (let index = from; index < length; index++) {
      if (!cursor.has(8)) await cursor.need(8, what);
      cursor.skip(cursor.size(), what);
    }
  } else {
    cursor.skip((length - from) * scalarBytes[element], what);
  }
  return { element, length };
}

function readScalar(cursor: FileCursor, type: ScalarTypeName): number | bigint | boolean {
  switch (type) {
    case "bool":
      return cursor.uint8() !== 0;
    case "uint64":
    case "int64": {
      const value = cursor[type]();
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    default:
      return cursor[type]();
  }
}

/** Text from a file, fit to be shown: one line, no control characters, not long. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}").slice(0, 80);
}
