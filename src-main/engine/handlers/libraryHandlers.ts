import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "libraries.state"
  | "libraries.list"
  | "libraries.install"
  | "libraries.cancel"
  | "libraries.remove";

/** Packages of native libraries that a home can add. */
export function libraryHandlers({ libraries }: Engine): SomeHandlers<Names> {
  return {
    "libraries.state": () => libraries.state,
    "libraries.list": () => {
      libraries.refresh();
      return libraries.state.get();
    },
    "libraries.install": ({ name, file, registry }, emit, { signal }) =>
      libraries.install(name, { file, registry }, emit, signal),
    "libraries.cancel": async () => {
      await libraries.cancel();
      return {};
    },
    "libraries.remove": async ({ name }) => ({ freedBytes: await libraries.remove(name) }),
  };
}
