import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "servers.state"
  | "servers.list"
  | "servers.add"
  | "servers.update"
  | "servers.remove"
  | "servers.probe";

/** The servers that the user runs. */
export function serverHandlers({ servers }: Engine): SomeHandlers<Names> {
  return {
    "servers.state": () => servers.state,
    "servers.list": () => servers.state.get(),
    "servers.add": async (input, { signal }) => ({ server: await servers.add(input, signal) }),
    "servers.update": async ({ server, ...patch }, { signal }) => ({
      server: await servers.update(server, patch, signal),
    }),
    "servers.remove": async ({ server }) => ({ server: await servers.remove(server) }),
    "servers.probe": async ({ server }, { signal }) => ({
      server: await servers.probe(server, signal),
    }),
  };
}
