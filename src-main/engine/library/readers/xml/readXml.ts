import { cancelledError } from "../../../../contract/errors.ts";
import type { ZipFile } from "../zip/ZipFile.ts";
import { parseXml, TreeParser, type TreeOptions } from "./parseXml.ts";
import type { XmlNode } from "./XmlNode.ts";

/** Decodes XML by its mark or, without one, as UTF-8: the encodings that office files may have. */
export function xmlDecoder(head: Uint8Array): TextDecoder {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder("utf-16le");
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder("utf-16be");
  return new TextDecoder("utf-8");
}

/** A small XML part of a container as a tree; undefined if there is none. Throws as the container. */
export async function readXml(zip: ZipFile, name: string): Promise<XmlNode | undefined> {
  if (!zip.has(name)) return undefined;
  const bytes = await zip.read(name);
  return parseXml(xmlDecoder(bytes).decode(bytes));
}

/**
 * A large XML part, piece by piece: `options.onElement` gets what lies in containers, and
 * `afterPiece` is awaited in between, so that a slow taker holds up the parser.
 */
export async function streamXml(
  zip: ZipFile,
  name: string,
  options: TreeOptions,
  afterPiece: () => Promise<void>,
  signal?: AbortSignal,
): Promise<XmlNode> {
  const parser = new TreeParser(options);
  let decoder: TextDecoder | undefined;
  for await (const piece of zip.stream(name)) {
    if (signal?.aborted) throw cancelledError();
    decoder ??= xmlDecoder(piece);
    parser.write(decoder.decode(piece, { stream: true }));
    await afterPiece();
  }
  const root = parser.end();
  await afterPiece();
  return root;
}
