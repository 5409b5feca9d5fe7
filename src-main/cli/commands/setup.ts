import type { Transfer } from "../../contract/models.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatTable, share } from "../format.ts";

export const setup = defineCommand({
  name: "setup",
  usage: "[--local-sources DIR]",
  summary: "Fetches the starter models that are missing",
  options: {
    "local-sources": {
      kind: "text",
      value: "DIR",
      help: "folder to take the models from, instead of the network",
    },
  },
  run: async (values, _positionals, context) => {
    const client = await context.engine();
    const sources = values["local-sources"];
    const result = await followStream(
      client.stream(
        "models.setup",
        sources === undefined ? {} : { localSources: context.absolute(sources) },
        { signal: context.signal },
      ),
      (transfer) => context.terminal.progress(transferLine(transfer)),
    );
    const { home, models } = result;
    return {
      json: {
        home,
        models: models.map(({ name, path, sha256, bytes, source }) => ({
          name,
          path,
          sha256,
          bytes,
          source,
        })),
      },
      text: `${formatTable(
        models.map((model) => [model.name, formatBytes(model.bytes), `from ${model.source}`]),
      )}Models are in ${home}\n`,
    };
  },
});

/** "SmolLM2: downloading 12.3 MB of 97.1 MB 12 % (3.1 MB per second)" */
export function transferLine(transfer: Transfer): string {
  const { name, stage, bytes, totalBytes, bytesPerSecond } = transfer;
  const amount =
    totalBytes === null
      ? formatBytes(bytes)
      : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  const rate = bytesPerSecond > 0 ? `(${formatBytes(bytesPerSecond)} per second)` : "";
  return [`${name}: ${stage}`, amount, share(bytes, totalBytes), rate].filter(Boolean).join(" ");
}
