import type { DocumentRow, IngestResult } from "../contract/documents.ts";
import type { CommandContext } from "./Command.ts";
import { followStream } from "./followStream.ts";
import { share } from "./format.ts";

/**
 * Takes files and folders in and shows how far that is.
 *
 * @param password tried on those that are encrypted
 */
export async function ingestPaths(
  paths: readonly string[],
  context: CommandContext,
  password?: string,
): Promise<IngestResult[]> {
  const client = await context.engine();
  const { documents } = await followStream(
    client.stream(
      "documents.ingest",
      {
        paths: paths.map((path) => context.absolute(path)),
        ...(password === undefined ? {} : { password }),
      },
      { signal: context.signal },
    ),
    (row) => context.terminal.progress(ingestLine(row)),
  );
  return documents;
}

/** "paper.pdf: embedding 45 % (12 per second)" */
export function ingestLine(row: DocumentRow): string {
  const parts = [`${row.name}: ${row.stage}`, share(row.done, row.total)];
  if (row.rate > 0) parts.push(`(${Math.round(row.rate)} per second)`);
  return parts.filter(Boolean).join(" ");
}
