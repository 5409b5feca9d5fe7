import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { packageNameOf, type PublishedFile, type PublishedPackage } from "./libraryCatalog.ts";
import { wrongFile } from "./libraryErrors.ts";

/** All digits: the size rounded to megabytes may be the same. */
const exact = new Intl.NumberFormat("en");

/**
 * Reads the whole file and compares it with what is known of the package, before anything of it is
 * looked at. A file that someone changes after that is met by the hashes of the single libraries.
 * @throws HearthError `checksum-mismatch`, what the system says, the signal's AbortError
 */
export async function verifyTarball(options: {
  readonly name: string;
  readonly expected: PublishedFile;
  readonly file: string;
  /** Those that it may be instead, to say so. */
  readonly published: readonly PublishedPackage[];
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { name, expected, file, published, onBytes, signal } = options;
  const info = await stat(file);
  if (!info.isFile()) throw wrongFile(name, "It is a folder or a device.");
  // Whatever has the size of none of them need not be read to the end.
  if (!published.some((each) => each.file?.bytes === info.size))
    throw wrongFile(
      name,
      `It has ${exact.format(info.size)} bytes; the package has ${exact.format(expected.bytes)}.`,
    );
  const hash = createHash("sha512");
  let bytes = 0;
  await pipeline(
    createReadStream(file, { highWaterMark: 1024 * 1024 }),
    async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
        onBytes(bytes);
      }
    },
    { signal },
  );
  const sha512 = hash.digest("base64");
  if (sha512 === expected.sha512) return;
  const found = published.find((each) => each.file?.sha512 === sha512);
  throw wrongFile(
    name,
    found
      ? `It is ${packageNameOf(found.name)}.`
      : "Its SHA-512 is not the one of the package that was published.",
  );
}
