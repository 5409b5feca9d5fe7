import {
  freeableKindSchema,
  type FreeableKind,
  type MoveProgress,
  type StorageKind,
  type StorageReport,
} from "../../contract/storage.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

export const storageFree = defineCommand({
  name: "storage free",
  usage: "KIND",
  summary: `Removes what can be made again: ${freeableKindSchema.options.join(", ")}`,
  options: {},
  positionals: "KIND",
  run: async (_values, positionals, context) => {
    const kind = kindNamed(positionals);
    const client = await context.engine();
    const { freedBytes } = await client.call("storage.free", { kind }, { signal: context.signal });
    return { json: { kind, freedBytes }, text: `${formatBytes(freedBytes)} freed.\n` };
  },
});

export const storageMove = defineCommand({
  name: "storage move",
  usage: "FOLDER",
  summary:
    "Moves the model folder, to another disk as well; `home` moves it back into the data folder",
  options: {},
  positionals: "FOLDER",
  run: async (_values, positionals, context) => {
    const [word, ...more] = positionals;
    if (word === undefined || more.length > 0) throw new UsageError("Name one folder.");
    const folder = word === "home" ? null : context.absolute(word);
    const client = await context.engine();
    const moved = await followStream(
      client.stream("storage.move", { folder }, { signal: context.signal }),
      (progress) => context.terminal.progress(progressLine(progress)),
    );
    const left =
      moved.left === 0
        ? ""
        : `${moved.left} old files are in use; they are removed when Hearth starts next.\n`;
    return {
      json: moved,
      text: `The models are in ${moved.folder} now, ${formatBytes(moved.bytes)}.\n${left}`,
    };
  },
});

export const storage = defineCommand({
  name: "storage",
  usage: "",
  summary: "Tells what takes room on this computer, and what can be freed",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const report = await client.call("storage.report", {}, { signal: context.signal });
    return { json: report, text: reportText(report) };
  },
});

function kindNamed(positionals: readonly string[]): FreeableKind {
  const [word, ...more] = positionals;
  const parsed = freeableKindSchema.safeParse(word);
  if (parsed.success && more.length === 0) return parsed.data;
  throw new UsageError(`Name one of: ${freeableKindSchema.options.join(", ")}.`);
}

function progressLine({ stage, doneBytes, totalBytes, file }: MoveProgress): string {
  if (stage === "removing") return "Removing the old files";
  const verb = stage === "copying" ? "Copying" : "Reading back";
  return `${verb} ${file} ${share(doneBytes, totalBytes)}`.trimEnd();
}

const kindNames: Readonly<Record<StorageKind, string>> = {
  models: "Models",
  downloads: "Unfinished downloads",
  "chat-states": "Saved chat states",
  database: "Chats and library",
  backups: "Copies from before updates",
  documents: "Copies of documents",
  index: "Search index",
  "old-indexes": "Old search indexes",
  ocr: "Languages of text recognition",
  evaluations: "Libraries of evaluations",
  logs: "Logs",
  libraries: "Graphics libraries",
  other: "Other",
};

function reportText({ home, freeBytes, entries, models, folder }: StorageReport): string {
  const place = folder.reachable
    ? `${folder.path}, ${formatBytes(folder.freeBytes ?? 0)} free`
    : `${folder.path}, not reachable now`;
  return [
    `${home}, ${formatBytes(freeBytes)} free\nModels: ${place}\n\n`,
    formatTable([
      ["WHAT", "SIZE", "CAN BE FREED", "KIND"],
      ...entries.map(({ kind, bytes, freeableBytes }) => [
        kindNames[kind],
        formatBytes(bytes),
        freeableBytes > 0 ? formatBytes(freeableBytes) : "",
        kind,
      ]),
    ]),
    models.length === 0 ? "" : "\n",
    models.length === 0
      ? ""
      : formatTable([
          ["MODEL", "SIZE", "LAST USED", "FILE"],
          ...models.map(({ name, quantization, bytes, lastUsedAt, reachable, path }) => [
            `${name} ${quantization}`.trim(),
            reachable ? (bytes === 0 ? "a link" : formatBytes(bytes)) : "not reachable",
            lastUsedAt === null ? "never" : new Date(lastUsedAt).toISOString().slice(0, 10),
            path,
          ]),
        ]),
  ].join("");
}
