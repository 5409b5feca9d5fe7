import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HearthError } from "../contract/errors.ts";

/** Unix sockets have room for 108 bytes of path on Linux and 104 on macOS, with the final zero. */
export const maxSocketPathBytes = 100;

/** What {@link socketAddresses} looks at; a test gives its own. */
export interface SocketSurroundings {
  platform: string;
  /** Real path of the home folder. */
  home: string;
  /** Whether nobody but the user can enter the home folder. */
  homeIsPrivate: boolean;
  runtimeDir: string | undefined;
  temporaryDir: string;
  userId: number;
}

/** A place for the engine's socket; `folder` must be made private before it is used. */
export interface SocketAddress {
  path: string;
  /** Absent where the address is no file, or lies in the home folder itself. */
  folder?: string;
}

/**
 * Places for the engine's socket, best first. The home folder comes first where it is private and
 * its name is short enough; then a private folder of the user's session; then one of the system's
 * folder for temporary files.
 */
export function socketAddresses(from: SocketSurroundings): SocketAddress[] {
  if (from.platform === "win32") {
    return [{ path: `\\\\.\\pipe\\hearth-${randomBytes(16).toString("hex")}` }];
  }
  const hash = createHash("sha256").update(from.home).digest("hex").slice(0, 16);
  const found: SocketAddress[] = [];
  if (from.homeIsPrivate) found.push({ path: path.posix.join(from.home, "engine.sock") });
  const folders = [
    from.runtimeDir !== undefined && path.posix.isAbsolute(from.runtimeDir)
      ? path.posix.join(from.runtimeDir, `hearth-${hash}`)
      : undefined,
    path.posix.join(from.temporaryDir, `hearth-${from.userId}-${hash}`),
    path.posix.join("/tmp", `hearth-${from.userId}-${hash}`),
  ];
  for (const folder of folders) {
    if (folder === undefined || found.some((other) => other.folder === folder)) continue;
    found.push({ path: path.posix.join(folder, "engine.sock"), folder });
  }
  return found.filter((address) => Buffer.byteLength(address.path) <= maxSocketPathBytes);
}

/** The same for this process and this home. */
export async function socketAddressesOf(home: string): Promise<SocketAddress[]> {
  const real = await fs.realpath(home);
  const { mode } = await fs.stat(real);
  return socketAddresses({
    platform: process.platform,
    home: real,
    homeIsPrivate: (mode & 0o077) === 0,
    runtimeDir: process.env["XDG_RUNTIME_DIR"],
    temporaryDir: os.tmpdir(),
    userId: process.getuid?.() ?? 0,
  });
}

/**
 * Makes a folder that only this user can enter. One that is there already, but is a link, belongs
 * to somebody else or is open to others, could have been laid there as a trap.
 * @throws HearthError `home-unusable`
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await fs.lstat(folder);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (found.isDirectory() && mine && (found.mode & 0o077) === 0) return;
  throw new HearthError({
    code: "home-unusable",
    title: "Hearth found a folder that others can enter where its private one should be.",
    cause: `${folder} is a link, belongs to another user, or is open to others.`,
    suggestion: "Remove that folder and start Hearth again.",
  });
}
