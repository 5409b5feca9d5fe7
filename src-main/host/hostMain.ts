import { parseArgs } from "node:util";
import { toErrorData, type ErrorData } from "../contract/errors.ts";
import { homeDir } from "../paths/entries.ts";
import { portNumber } from "./portNumber.ts";
import { startHost } from "./startHost.ts";

/** The headless host as a program: `hostMain [--home DIR] [--port N] [--bind ADDRESS]`. Ends on an interrupt. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: "string" },
      port: { type: "string", default: "0" },
      bind: { type: "string" },
    },
  });
  const host = await startHost({
    home: homeDir(),
    port: portNumber(values.port),
    ...(values.bind === undefined ? {} : { bind: values.bind }),
    onNotice: (notice) => console.error(words(notice)),
  });
  console.log(`url: ${host.url}`);
  console.log(`key: ${host.key}`);
  for (const apiUrl of host.apiUrls) console.log(`api: ${apiUrl}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void host.close());
  }
}

function words({ title, cause, suggestion }: ErrorData): string {
  return [title, cause, suggestion].filter(Boolean).join(" ");
}

main().catch((error: unknown) => {
  console.error(words(toErrorData(error)));
  process.exitCode = 1;
});
