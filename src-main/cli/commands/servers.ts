import { HearthError } from "../../contract/errors.ts";
import type { Server, ServerModel } from "../../contract/servers.ts";
import { defineCommand } from "../Command.ts";
import { count, formatTable } from "../format.ts";

const contextOption = {
  kind: "number",
  integer: true,
  min: 256,
  max: 10_000_000,
  value: "N",
  help: "tokens of context of its models, where the server does not say",
} as const;

export const serversList = defineCommand({
  name: "servers list",
  usage: "",
  summary: "Lists the servers that you have named, and their models",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const { servers } = await client.call("servers.list", {}, { signal: context.signal });
    return { json: { servers: servers.map(toServerJson) }, text: serversText(servers) };
  },
});

export const serversAdd = defineCommand({
  name: "servers add",
  usage: "URL [--name NAME] [--key-file FILE] [--allow-documents] [--plain-http] [--context N]",
  summary: "Names an OpenAI-compatible server that you run, and asks it what it offers",
  options: {
    name: { kind: "text", value: "NAME", help: "how it is called; its host if left out" },
    "key-file": {
      kind: "text",
      value: "FILE",
      help: "file whose first line is its key; it is read there whenever it is needed",
    },
    "allow-documents": { kind: "flag", help: "passages of documents may be sent to it" },
    "plain-http": { kind: "flag", help: "it may be reached over the internet without encryption" },
    context: contextOption,
  },
  positionals: "URL",
  run: async (values, positionals, context) => {
    const url = oneWord(positionals, "A server has one address.");
    const client = await context.engine();
    const keyFile = values["key-file"];
    const { server } = await client.call(
      "servers.add",
      {
        url,
        ...(values.name === undefined ? {} : { name: values.name }),
        ...(keyFile === undefined ? {} : { keyFile: context.absolute(keyFile) }),
        plainHttpAllowed: values["plain-http"],
        documentsAllowed: values["allow-documents"],
        contextTokens: values.context ?? null,
      },
      { signal: context.signal },
    );
    return { json: { server: toServerJson(server) }, text: `Added.\n${serverText(server)}` };
  },
});

export const serversUpdate = defineCommand({
  name: "servers update",
  usage: "NAME [--rename NAME] [--allow-documents | --forbid-documents] [--context N]",
  summary: "Changes what you have said of a server",
  options: {
    rename: { kind: "text", value: "NAME", help: "how it is called from then on" },
    "allow-documents": { kind: "flag", help: "passages of documents may be sent to it" },
    "forbid-documents": { kind: "flag", help: "they may not" },
    context: contextOption,
  },
  positionals: "NAME",
  run: async (values, positionals, context) => {
    const allow = values["allow-documents"];
    if (allow && values["forbid-documents"]) {
      throw new HearthError({
        code: "bad-input",
        title: "Documents are either allowed or forbidden.",
        suggestion: "Give one of the two.",
      });
    }
    const client = await context.engine();
    const { server } = await client.call(
      "servers.update",
      {
        server: oneWord(positionals, "Name one server."),
        ...(values.rename === undefined ? {} : { name: values.rename }),
        ...(allow || values["forbid-documents"] ? { documentsAllowed: allow } : {}),
        ...(values.context === undefined ? {} : { contextTokens: values.context }),
      },
      { signal: context.signal },
    );
    return { json: { server: toServerJson(server) }, text: serverText(server) };
  },
});

export const serversProbe = defineCommand({
  name: "servers probe",
  usage: "NAME",
  summary: "Asks a server again what it offers",
  options: {},
  positionals: "NAME",
  run: async (_values, positionals, context) => {
    const client = await context.engine();
    const named = { server: oneWord(positionals, "Name one server.") };
    const { server } = await client.call("servers.probe", named, { signal: context.signal });
    return { json: { server: toServerJson(server) }, text: serverText(server) };
  },
});

export const serversRemove = defineCommand({
  name: "servers remove",
  usage: "NAME",
  summary: "Forgets a server and its key",
  options: {},
  positionals: "NAME",
  run: async (_values, positionals, context) => {
    const client = await context.engine();
    const named = { server: oneWord(positionals, "Name one server.") };
    const { server } = await client.call("servers.remove", named, { signal: context.signal });
    return { json: { removed: toServerJson(server) }, text: `Removed ${server.name}.\n` };
  },
});

function oneWord(words: readonly string[], title: string): string {
  const [word, ...more] = words;
  if (word !== undefined && word.trim() !== "" && more.length === 0) return word;
  throw new HearthError({
    code: "bad-input",
    title,
    suggestion: "Put it in quotes if it has blanks.",
  });
}

export function toServerJson(server: Server): Record<string, unknown> {
  const { id, name, url, host, kind, key, documentsAllowed, counting, models, health } = server;
  return { id, name, url, host, kind, key, documentsAllowed, counting, models, health };
}

function serversText(servers: readonly Server[]): string {
  if (servers.length === 0) return "You have named no servers. Name one: hearth servers add URL\n";
  return servers.map(serverText).join("\n");
}

function serverText(server: Server): string {
  const { name, url, kind, key, documentsAllowed, counting, models, health } = server;
  const facts = [
    `${name}  ${url}  (${kind})`,
    documentsAllowed ? "documents may be sent to it" : "documents stay on this computer",
    counting === "server" ? "counts tokens itself" : "tokens are estimated",
    key === "none" ? "no key" : `key: ${key}`,
    health.error ? `failing: ${health.error.title}` : "",
  ];
  const table = formatTable([
    ["  MODEL", "KIND", "CONTEXT", "TOOLS", "EMBEDDINGS"],
    ...models.map((model) => [
      `  ${name}/${model.name}`,
      model.kind,
      contextText(model),
      model.tools,
      model.embeddings,
    ]),
  ]);
  const offer = models.length === 0 ? "  It offers no models.\n" : table;
  return `${facts.filter(Boolean).join("\n  ")}\n${offer}`;
}

function contextText({ contextTokens, contextFrom }: ServerModel): string {
  const from = { server: "", user: " (as you said)", assumed: " (assumed)" }[contextFrom];
  return `${count(contextTokens, "token")}${from}`;
}
