import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { syncFolderOf } from "../download/durableFile.ts";
import { BadTarball, readTarball, type EntrySink, type TarEntry } from "./readTarball.ts";

/** What a package has beside its libraries and is passed over: the add-on, a library for programs, its manifest. */
const sparePackageBytes = 16 * 1024 * 1024;
const mostEntries = 64;

/** SHA-256 in hex of each library, by its name. */
export type LibraryHashes = Readonly<Record<string, string>>;

/**
 * Unpacks the libraries of a package, and its licence: those with a hash on record, all of them, and only
 * with that hash. What else is in the package is passed over. All that is written is on the disk when this
 * resolves.
 *
 * @param target a folder that is there and empty; the libraries get into `bins/<platform>` in it
 * @returns bytes of the libraries
 * @throws BadTarball, what the system says, the signal's AbortError
 */
export async function unpackLibraries(options: {
  readonly file: string;
  readonly target: string;
  readonly platform: string;
  readonly hashes: LibraryHashes;
  readonly diskBytes: number;
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal;
}): Promise<number> {
  const { file, target, platform, hashes, diskBytes, onBytes, signal } = options;
  const folder = path.join(target, "bins", platform);
  await mkdir(folder, { recursive: true });
  const missing = new Set(Object.keys(hashes));
  let bytes = 0;
  const onPiece = (length: number): void => {
    bytes += length;
    onBytes(bytes);
  };
  const sinkFor = async (entry: TarEntry): Promise<EntrySink | null> => {
    if (!entry.path.startsWith("package/")) throw new BadTarball("It is no package.");
    if (entry.path === "package/LICENSE")
      return await fileSink(path.join(target, "LICENSE"), null, () => {});
    const name = path.posix.basename(entry.path);
    const expected = Object.hasOwn(hashes, name) ? hashes[name] : undefined;
    if (expected === undefined || entry.path !== `package/bins/${platform}/${name}`) return null;
    missing.delete(name);
    return await fileSink(path.join(folder, name), expected, onPiece);
  };
  const opened: Closable[] = [];
  try {
    const limits = { bytes: diskBytes + sparePackageBytes, entries: mostEntries };
    await readTarball(file, limits, sinkFor, signal);
  } finally {
    for (const each of opened) await each.close();
  }
  const [first] = missing;
  if (first !== undefined) throw new BadTarball(`${first} is missing in it.`);
  await syncFolderOf(path.join(folder, "x"));
  return bytes;

  async function fileSink(
    place: string,
    expected: string | null,
    onLength: (length: number) => void,
  ): Promise<EntrySink> {
    const handle = await open(place, "wx", 0o644);
    opened.push(handle);
    const hash = createHash("sha256");
    return {
      write: async (piece) => {
        hash.update(piece);
        await handle.writeFile(piece);
        onLength(piece.length);
      },
      end: async () => {
        if (expected !== null && hash.digest("hex") !== expected)
          throw new BadTarball(
            `${path.basename(place)} in it is not the library that was released.`,
          );
        await handle.sync();
      },
    };
  }
}

interface Closable {
  close(): Promise<void>;
}
