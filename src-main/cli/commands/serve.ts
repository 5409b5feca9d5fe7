import { defineCommand } from "../Command.ts";

export const serve = defineCommand({
  name: "serve",
  usage: "[--port N]",
  summary: "Serves Hearth to the browsers of this computer until it is interrupted",
  options: {
    port: {
      kind: "number",
      integer: true,
      min: 0,
      max: 65_535,
      default: 0,
      value: "N",
      help: "port to listen on; 0 takes a free one",
    },
  },
  run: async (values, _positionals, { home, terminal, signal }) => {
    // Only this command needs a web server; the others start without it.
    const { startHost } = await import("../../host/startHost.ts");
    const host = await startHost({
      home,
      port: values.port,
      onNotice: ({ title, cause }) => terminal.log([title, cause].filter(Boolean).join(" ")),
    });
    try {
      if (terminal.json) terminal.writeJson({ url: host.url, key: host.key, port: host.port });
      else terminal.write(`url: ${host.url}\nkey: ${host.key}\n`);
      await aborted(signal);
    } finally {
      await host.close();
    }
    return {};
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
