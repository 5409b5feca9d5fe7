import { stat } from "node:fs/promises";
import path from "node:path";
import { isLoopbackUrl } from "../../egress/addressRules.ts";
import type { Egress } from "../../egress/Egress.ts";
import { PassingFailure } from "../download/downloadOptions.ts";
import { RangeDownload } from "../download/RangeDownload.ts";
import type { SpeedLimit } from "../download/SpeedLimit.ts";
import { SpeedMeter } from "../download/SpeedMeter.ts";
import type { PublishedFile } from "./libraryCatalog.ts";
import { registryRefusal } from "./libraryErrors.ts";

/**
 * Fetches the file of a package in parts, and goes on with what an earlier try has left.
 * @throws HearthError `offline`, `download-failed`, `checksum-mismatch`, `disk-full`, `cancelled`
 */
export async function fetchTarball(options: {
  readonly egress: Pick<Egress, "fetch">;
  readonly limit: SpeedLimit;
  readonly signal: AbortSignal;
  readonly url: string;
  readonly target: string;
  readonly file: PublishedFile;
  readonly firstDelayMs?: number | undefined;
  readonly onProgress: (bytes: number, bytesPerSecond: number) => void;
}): Promise<void> {
  const { egress, limit, signal, url, target, file, firstDelayMs, onProgress } = options;
  // It has this name only once it was whole and right; then the engine was killed before it was unpacked.
  if ((await stat(target).catch(() => null))?.size === file.bytes) return;
  const access = { headers: {}, allowLoopback: isLoopbackUrl(url) };
  const speed = new SpeedMeter();
  const download = new RangeDownload({
    ...{ egress, limit, signal, url, target },
    ...(firstDelayMs === undefined ? {} : { firstDelayMs }),
    // No key: what the user's npm knows of the registry is npm's.
    access: () => Promise.resolve(access),
    name: path.basename(target),
    sha512: Buffer.from(file.sha512, "base64").toString("hex"),
    totalBytes: file.bytes,
    describeRefusal: registryRefusal,
    onProgress: ({ stage, bytes }) => {
      if (stage !== "downloading") return;
      speed.add(bytes, performance.now());
      onProgress(bytes, speed.bytesPerSecond());
    },
  });
  try {
    await download.run();
  } catch (error) {
    // Nobody goes on with it by itself: what may pass has not, and is told.
    throw error instanceof PassingFailure ? error.error : error;
  }
}
