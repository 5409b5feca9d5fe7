import type { Hit } from "../../contract/search.ts";
import { chosenDocuments } from "../chosenDocuments.ts";
import { defineCommand } from "../Command.ts";
import { collectionIdOf } from "../findCollection.ts";
import { formatLocation, oneLine } from "../format.ts";

export const search = defineCommand({
  name: "search",
  usage: "--query TEXT [--docs PATH…] [--collection NAME] [--limit K]",
  summary: "Finds passages in documents by words and by meaning",
  options: {
    query: { kind: "text", required: true, value: "TEXT", help: "what to look for" },
    docs: { kind: "list", value: "PATH…", help: "only in these files and folders" },
    collection: { kind: "text", value: "NAME", help: "only in this collection" },
    limit: {
      kind: "number",
      integer: true,
      min: 1,
      max: 200,
      default: 10,
      value: "K",
      help: "most passages to show",
    },
  },
  run: async (values, _positionals, context) => {
    const chosen = await chosenDocuments(values.docs, context);
    const collection = await collectionIdOf(values.collection, context);
    const client = await context.engine();
    const { hits } = await client.call(
      "search.query",
      { query: values.query, limit: values.limit, ...chosen, ...collection },
      { signal: context.signal },
    );
    return { json: { hits: hits.map(toHitJson) }, text: hitsText(hits) };
  },
});

export function toHitJson(hit: Hit): Record<string, unknown> {
  const { documentId, document, page, location, text, highlights, score, explain, chunkId } = hit;
  return { documentId, document, page, location, text, highlights, score, explain, chunkId };
}

function hitsText(hits: readonly Hit[]): string {
  if (hits.length === 0) return "Nothing found.\n";
  return hits
    .map((hit, at) => {
      const ranks = hit.explain.contributions.map(({ list, rank }) => `${list} ${rank}`).join(", ");
      const place = formatLocation(hit.location);
      const head = [hit.document, place].filter(Boolean).join(", ");
      return `${at + 1}. ${head}  (${hit.score.toFixed(4)}: ${ranks})\n   ${oneLine(hit.text)}\n`;
    })
    .join("\n");
}
