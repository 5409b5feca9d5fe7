import { defineCommand } from "../Command.ts";
import { count, formatBytes, formatTable } from "../format.ts";

export const requests = defineCommand({
  name: "requests",
  usage: "[--limit N]",
  summary: "Lists every attempt to reach the network, the last one first",
  options: {
    limit: {
      kind: "number",
      integer: true,
      min: 1,
      max: 10_000,
      default: 500,
      value: "N",
      help: "most lines to show",
    },
  },
  run: async (values, _positionals, context) => {
    const client = await context.engine();
    const log = await client.call(
      "system.requests",
      { limit: values.limit },
      { signal: context.signal },
    );
    const rows = log.requests.map((request) => [
      new Date(request.at).toISOString(),
      request.outcome,
      request.status === null ? "–" : String(request.status),
      formatBytes(request.bytes),
      request.process,
      `${request.method} ${request.url}`,
      request.reason,
    ]);
    return {
      json: { total: log.total, requests: log.requests },
      text: `${formatTable(rows)}${count(log.total, "request")} in all\n`,
    };
  },
});
