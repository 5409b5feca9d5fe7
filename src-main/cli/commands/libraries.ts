import type { Devices } from "../../contract/devices.ts";
import type { LibrariesState, LibraryOffer, LibraryProgress } from "../../contract/libraries.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

export const libraries = defineCommand({
  name: "libraries",
  usage: "",
  summary: "Lists the libraries for graphics devices: which are here, and which can be added",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const state = await client.call("libraries.list", {}, { signal: context.signal });
    return { json: state, text: librariesText(state) };
  },
});

export const librariesInstall = defineCommand({
  name: "libraries install",
  usage: "NAME [--from FILE] [--registry URL]",
  summary: "Adds a library for graphics devices, from a package registry or from its file",
  options: {
    from: {
      kind: "text",
      value: "FILE",
      help: "the package's file, brought here by `npm pack`; nothing is fetched then",
    },
    registry: {
      kind: "text",
      value: "URL",
      help: "where to fetch it from, for this once; otherwise what Settings or the environment name",
    },
  },
  positionals: "NAME",
  run: async (values, positionals, context) => {
    const name = oneName(positionals);
    const file = values.from === undefined ? null : context.absolute(values.from);
    const registry = values.registry ?? null;
    const client = await context.engine();
    const installed = await followStream(
      client.stream("libraries.install", { name, file, registry }, { signal: context.signal }),
      (progress) => context.terminal.progress(progressLine(progress)),
    );
    return {
      json: installed,
      text: `${name} is in place, ${formatBytes(installed.bytes)}. Models use it when they are loaded next.\n`,
    };
  },
});

export const librariesRemove = defineCommand({
  name: "libraries remove",
  usage: "NAME",
  summary: "Removes a library that was added",
  options: {},
  positionals: "NAME",
  run: async (_values, positionals, context) => {
    const name = oneName(positionals);
    const client = await context.engine();
    const { freedBytes } = await client.call(
      "libraries.remove",
      { name },
      { signal: context.signal },
    );
    return { json: { name, freedBytes }, text: `${name} removed, ${formatBytes(freedBytes)}.\n` };
  },
});

function oneName(positionals: readonly string[]): string {
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new UsageError("Name one library, such as linux-x64-vulkan.");
  return name;
}

function progressLine({ name, stage, bytes, totalBytes }: LibraryProgress): string {
  const verb = { downloading: "fetching", verifying: "checking", unpacking: "unpacking" }[stage];
  return `${name}: ${verb} ${share(bytes, totalBytes)}`;
}

/** What is at hand here, and how to get the rest. */
export function librariesText({ offers, registry }: LibrariesState): string {
  if (offers.length === 0)
    return "There are no graphics libraries for this kind of computer; Hearth has what there is.\n";
  const table = formatTable([
    ["LIBRARY", "STATE", "TO FETCH", "ON DISK", "DRIVER"],
    ...offers.map((offer) => [
      offer.name,
      stateWords(offer),
      offer.downloadBytes === null ? "" : formatBytes(offer.downloadBytes),
      offer.diskBytes === null ? "" : formatBytes(offer.diskBytes),
      offer.hasDriver ? "found" : "not found",
    ]),
  ]);
  const source =
    registry.address === null
      ? `No package registry is named${registry.problem === null ? "" : ` (${registry.problem})`}: give --registry URL, set HEARTH_PACKAGE_REGISTRY, or bring the file: ${offers[0]?.command ?? ""}\n`
      : `Fetched from ${registry.address}\n`;
  return table + source;
}

function stateWords({ status, verifiable }: LibraryOffer): string {
  if (status === "added") return "added";
  if (status === "shipped") return "came with Hearth";
  return verifiable ? "not here" : "not here; never checked, so not installed";
}

/** Says of devices that are likely here which library reaches them, where none is reached. */
export function lackingText({ auto }: Devices, offers: readonly LibraryOffer[]): string {
  if (auto !== "cpu") return "";
  return offers
    .filter(({ status, hasDriver, verifiable }) => status === "absent" && hasDriver && verifiable)
    .map(
      ({ name, downloadBytes }) =>
        `A driver for ${name} is here, its library is not: hearth libraries install ${name} (${formatBytes(downloadBytes ?? 0)})\n`,
    )
    .join("");
}
