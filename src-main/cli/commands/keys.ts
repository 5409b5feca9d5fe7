import type { ApiKey } from "../../contract/apiKeys.ts";
import { HearthError } from "../../contract/errors.ts";
import { defineCommand } from "../Command.ts";
import { formatTable } from "../format.ts";

export const keysAdd = defineCommand({
  name: "keys add",
  usage: "NAME",
  summary: "Makes a key for a program that uses the API of “hearth serve”",
  options: {},
  positionals: "NAME",
  run: async (_values, positionals, context) => {
    const name = nameFrom(positionals);
    const client = await context.engine();
    const { apiKey, secret } = await client.call("keys.add", { name }, { signal: context.signal });
    return {
      json: { name: apiKey.name, key: secret },
      text: `${secret}\nKeep it: Hearth stores only its hash and cannot show it again.\n`,
    };
  },
});

export const keysList = defineCommand({
  name: "keys list",
  usage: "",
  summary: "Lists the keys of programs",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const { apiKeys } = await client.call("keys.list", {}, { signal: context.signal });
    return { json: { keys: apiKeys.map(toKeyJson) }, text: keysText(apiKeys) };
  },
});

export const keysRemove = defineCommand({
  name: "keys remove",
  usage: "NAME",
  summary: "Removes a key, which opens nothing from then on",
  options: {},
  positionals: "NAME",
  run: async (_values, positionals, context) => {
    const name = nameFrom(positionals);
    const client = await context.engine();
    const { apiKey } = await client.call("keys.remove", { name }, { signal: context.signal });
    return { json: { removed: toKeyJson(apiKey) }, text: `Removed ${apiKey.name}.\n` };
  },
});

function nameFrom(words: readonly string[]): string {
  const [name, ...more] = words;
  if (name !== undefined && name.trim() !== "" && more.length === 0) return name;
  throw new HearthError({
    code: "bad-input",
    title: "A key has one name.",
    suggestion: "Put it in quotes if it has blanks.",
  });
}

export function toKeyJson({ name, hint, createdAt, usedAt }: ApiKey): Record<string, unknown> {
  return {
    name,
    hint,
    createdAt: new Date(createdAt).toISOString(),
    usedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
  };
}

function keysText(keys: readonly ApiKey[]): string {
  if (keys.length === 0) return "There are no keys. Make one: hearth keys add NAME\n";
  return formatTable([
    ["NAME", "ENDS WITH", "MADE", "USED"],
    ...keys.map(({ name, hint, createdAt, usedAt }) => [
      name,
      hint,
      dateOf(createdAt),
      usedAt === null ? "never" : dateOf(usedAt),
    ]),
  ]);
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
