import { constants } from "node:fs";
import fs from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { describeFileError } from "../contract/describeFileError.ts";
import { HearthError } from "../contract/errors.ts";
import { protocolVersion } from "../contract/routes.ts";
import type { Port } from "../rpc/Port.ts";
import { socketPort } from "../rpc/socketPort.ts";
import { answersAt } from "./engineSocket.ts";
import { readEngineRecord, removeEngineRecord, writeEngineRecord } from "./engineRecord.ts";
import { makePrivateFolder, socketAddressesOf, type SocketAddress } from "./socketAddress.ts";

/** SQLite's number for "another connection holds the lock". */
const sqliteBusy = 5;
const retryMs = 50;

/** Proof that this process is the one engine of a home. */
export interface HomeLock {
  readonly home: string;
  /** Gives the home free. The end of the process, however it comes, does the same. */
  release(): void;
}

/** Who the engine says it is in the home's `engine.json`. */
export interface EngineIdentity {
  /** Names one life of the engine; the same as its RpcServer's. */
  generation: string;
  version: string;
  /** Only tests speak another one. */
  protocol?: number;
}

export interface FaceListener {
  readonly socket: string;
  /** Takes no more faces and removes `engine.json`. Faces that are connected stay so. */
  close(): Promise<void>;
}

/**
 * Makes the home folder where it is missing, and sees that it can be used. A folder that Hearth
 * makes, or finds empty, is closed to other users; one with things in it keeps its access, because
 * it might be shared on purpose, or be `/tmp`.
 * @throws HearthError `home-unusable`
 */
export async function prepareHome(home: string): Promise<void> {
  try {
    const made = await fs.mkdir(home, { recursive: true, mode: 0o700 });
    if (made === undefined && process.platform !== "win32") {
      const { mode } = await fs.stat(home);
      if ((mode & 0o077) !== 0 && (await fs.readdir(home)).length === 0) {
        await fs.chmod(home, 0o700);
      }
    }
    await fs.access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(home, error);
  }
}

/**
 * Takes the home for this process. The lock is one of the operating system on `engine.lock`, held
 * through SQLite because that works alike on all platforms: it ends with the process, so there is
 * nothing stale to clean up after a crash.
 *
 * An engine that is just ending holds its lock a little longer than its socket, so a busy lock is
 * tried again for `waitMs`, unless the holder answers.
 * @throws HearthError `home-in-use`, `home-unusable`
 */
export async function acquireHome(home: string, waitMs = 5000): Promise<HomeLock> {
  const absolute = path.resolve(home);
  await prepareHome(absolute);
  // Whatever the engine writes is for its user alone, also where the home is not.
  if (process.platform !== "win32" && isMainThread) process.umask(0o077);
  const { DatabaseSync } = await import("node:sqlite");
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    let database: InstanceType<typeof DatabaseSync> | undefined;
    try {
      const held = new DatabaseSync(path.join(absolute, "engine.lock"));
      database = held;
      // Nothing is ever written, so there is nothing to keep a journal for.
      held.exec("PRAGMA journal_mode = MEMORY");
      held.exec("BEGIN EXCLUSIVE");
      return { home: absolute, release: () => held.isOpen && held.close() };
    } catch (error) {
      database?.close();
      if (sqliteErrorNumber(error) !== sqliteBusy) throw unusable(absolute, error);
    }
    const record = await readEngineRecord(absolute);
    if (Date.now() >= giveUpAt || (record && (await answersAt(record.socket)))) {
      throw inUse(absolute, record?.pid);
    }
    await sleep(retryMs);
  }
}

/**
 * Tells faces of the engine in `engine.json`, and opens its private socket. In this order: sockets of
 * one home have one name, so a face that reached this engine by the record of the one before would
 * take it for that one.
 * @param onPort called with each face that connects; the frames of one that came earlier wait
 * @throws HearthError `home-unusable` when there is no place where a socket can be made
 */
export async function listenForFaces(
  lock: HomeLock,
  identity: EngineIdentity,
  onPort: (port: Port) => void,
): Promise<FaceListener> {
  const { generation, version, protocol = protocolVersion } = identity;
  let lastError: unknown;
  for (const address of await socketAddressesOf(lock.home)) {
    let server: Server;
    await writeEngineRecord(lock.home, {
      pid: process.pid,
      socket: address.path,
      protocol,
      generation,
      version,
    });
    try {
      server = await listenAt(address, (socket) => onPort(socketPort(socket)));
    } catch (error) {
      // A file system without sockets, say; the next place may do.
      lastError = error;
      continue;
    }
    return {
      socket: address.path,
      close: async () => {
        // First the record, so that a face that looks now starts the next engine instead.
        await removeEngineRecord(lock.home, generation);
        server.close();
        if (address.folder !== undefined) {
          await fs.rm(address.folder, { recursive: true, force: true });
        }
      },
    };
  }
  await removeEngineRecord(lock.home, generation);
  throw unusable(lock.home, lastError ?? new Error("There is no place for its socket."));
}

async function listenAt(
  address: SocketAddress,
  onSocket: (socket: Socket) => void,
): Promise<Server> {
  const isFile = process.platform !== "win32";
  if (address.folder !== undefined) await makePrivateFolder(address.folder);
  // Left over from an engine that was killed; the lock says that there is no other.
  if (isFile) await fs.rm(address.path, { force: true });
  const server = createServer(onSocket);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.path, resolve);
  });
  if (isFile) await fs.chmod(address.path, 0o600);
  return server;
}

function sqliteErrorNumber(error: unknown): number | undefined {
  const number = (error as { errcode?: unknown } | null)?.errcode;
  // The low byte is the primary code; the rest says more about it.
  return typeof number === "number" ? number & 0xff : undefined;
}

function inUse(home: string, pid: number | undefined): HearthError {
  return new HearthError({
    code: "home-in-use",
    title: "Another engine is using this home folder.",
    cause: pid === undefined ? `It is ${home}.` : `It is ${home}, used by process ${pid}.`,
    suggestion: "Close the other Hearth, or choose another folder with --home.",
  });
}

function unusable(home: string, error: unknown): HearthError {
  if (error instanceof HearthError) return error;
  return new HearthError(
    {
      code: "home-unusable",
      title: "Hearth cannot use its home folder.",
      cause: `${home}: ${describeFileError(error)}`,
      suggestion: "Give yourself read and write access to it, or choose another with --home.",
    },
    { cause: error },
  );
}
