import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** One entry of a tar archive, and what may be wrong with it. */
export interface TarFile {
  readonly path: string;
  readonly content?: Buffer | string;
  /** As tar has it: `0` a file, `2` a link, `5` a folder. */
  readonly type?: string;
  readonly link?: string;
  /** What the header says, if not the truth. */
  readonly statedBytes?: number;
}

const blockBytes = 512;

/** A tar archive as npm writes it: plain headers with the date of 1985, two empty blocks at the end. */
export function tarOf(files: readonly TarFile[], end = 2): Buffer {
  const parts = files.flatMap((file) => {
    const content = Buffer.from(file.content ?? "");
    const padding = Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes);
    return [headerOf(file, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(end * blockBytes)]);
}

export function gzipOf(tar: Buffer, level = 9): Buffer {
  const packed = gzipSync(tar, { level });
  // npm's writer leaves open on which system it ran.
  packed[9] = 0xff;
  return packed;
}

export function sha512Of(content: Buffer): string {
  return createHash("sha512").update(content).digest("base64");
}

/**
 * The file of an installed package as the registry has it, made anew: the order of its files is npm's, by
 * their endings. Where another zlib packs otherwise its hash differs, which the caller has to look at.
 * @param level 9 as npm; less is quicker, and then it is another file with the same content
 */
export async function repackPackage(
  folder: string,
  platform: string,
  level?: number,
): Promise<Buffer> {
  const bins = path.join(folder, "bins", platform);
  const libraries = (await readdir(bins)).filter((name) => name.endsWith(".so")).toSorted();
  const names = [
    "LICENSE",
    "dist/index.js",
    `bins/${platform}/_nlcBuildMetadata.json`,
    "package.json",
    "README.md",
    ...["llama-addon.node", ...libraries].map((name) => `bins/${platform}/${name}`),
  ];
  const files = names.map(async (name) => ({
    path: `package/${name}`,
    content: await readFile(path.join(folder, name)),
  }));
  return gzipOf(tarOf(await Promise.all(files)), level);
}

function headerOf({ path: name, type = "0", link = "", statedBytes }: TarFile, bytes: number) {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100, "latin1");
  header.write("000644 \0", 100, "latin1");
  header.write(`${(statedBytes ?? bytes).toString(8).padStart(10, "0")} \0`, 124, "latin1");
  header.write("3560116604 \0", 136, "latin1");
  header.write("        ", 148, "latin1");
  header.write(type, 156, "latin1");
  header.write(link, 157, 100, "latin1");
  header.write("ustar\u000000", 257, "latin1");
  header.write("000000 \0", 329, "latin1");
  header.write("000000 \0", 337, "latin1");
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")} \0`, 148, "latin1");
  return header;
}
