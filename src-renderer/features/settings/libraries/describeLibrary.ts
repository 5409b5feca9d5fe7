import type { Devices } from "../../../../src-main/contract/devices.ts";
import type { LibraryOffer, LibraryProgress } from "../../../../src-main/contract/libraries.ts";
import { describeTransfer } from "../../../lib/describeTransfer.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import type { Strings } from "../../../lib/strings/index.ts";

/** Of each graphics device that is likely here and not reached, which library it lacks. */
export function lackingLibraries(
  devices: Devices | null,
  offers: readonly LibraryOffer[],
  { libraries: words, locale }: Strings,
): string[] {
  if (devices?.auto !== "cpu") return [];
  return offers
    .filter(({ status, hasDriver, verifiable }) => status === "absent" && hasDriver && verifiable)
    .map(({ backend, downloadBytes }) =>
      words.lacks(words.devices[backend], formatBytes(downloadBytes ?? 0, locale)),
    );
}

/** What a library is for, in one line with its sizes and its state. */
export function describeOffer(offer: LibraryOffer, { libraries: words, locale }: Strings): string {
  const { status, downloadBytes, diskBytes, hasDriver, verifiable, name } = offer;
  if (status === "shipped") return `${name} · ${words.shipped}`;
  if (!verifiable) return `${name} · ${words.unverifiable}`;
  const disk = formatBytes(diskBytes ?? 0, locale);
  const parts =
    status === "added"
      ? [words.added(disk)]
      : [words.sizes(formatBytes(downloadBytes ?? 0, locale), disk)];
  return [name, ...parts, hasDriver ? words.driver : words.noDriver].join(" · ");
}

export function describeInstall(
  { name, stage, bytes, totalBytes, bytesPerSecond }: LibraryProgress,
  strings: Strings,
): { label: string; fraction: number; detail: string } {
  return {
    label: strings.libraries.stages[stage](name),
    fraction: totalBytes > 0 ? bytes / totalBytes : 0,
    detail: describeTransfer({ doneBytes: bytes, totalBytes, bytesPerSecond }, strings),
  };
}
