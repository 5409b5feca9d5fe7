import { HearthError } from "../contract/errors.ts";

/**
 * A port from the command line.
 * @throws HearthError `bad-input`
 */
export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new HearthError({
    code: "bad-input",
    title: `“${text}” is not a port.`,
    suggestion: "Give a number from 0 to 65535; 0 takes a free one.",
  });
}
