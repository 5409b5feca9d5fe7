import { defineCommand } from "../Command.ts";

export const serve = defineCommand({
  name: "serve",
  usage: "[--port N] [--bind ADDRESS]",
  summary: "Serves the page and the API for programs until it is interrupted",
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
    bind: {
      kind: "text",
      value: "ADDRESS",
      help: "let other computers use the API at this IP address; 0.0.0.0 for all",
    },
  },
  run: async (values, _positionals, { home, terminal, signal }) => {
    // Only this command needs a web server; the others start without it.
    const { startHost } = await import("../../host/startHost.ts");
    const host = await startHost({
      home,
      port: values.port,
      ...(values.bind === undefined ? {} : { bind: values.bind }),
      onNotice: ({ title, cause }) => terminal.log([title, cause].filter(Boolean).join(" ")),
    });
    try {
      const { url, key, port, apiUrls } = host;
      if (terminal.json) terminal.writeJson({ url, key, port, apiUrls });
      else {
        const api = apiUrls.map((at) => `api: ${at}\n`).join("");
        terminal.write(`url: ${url}\nkey: ${key}\n${api}`);
      }
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
