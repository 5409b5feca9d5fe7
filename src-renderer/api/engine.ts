import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type {
  InputOf,
  OutputOf,
  RouteNames,
  ValueOf,
} from "../../src-main/contract/defineRoute.ts";
import type { Routes } from "../../src-main/contract/routes.ts";
import type { CallOptions } from "../../src-main/rpc/RpcClient.ts";
import { EngineLink, type LinkStatus } from "./EngineLink.ts";

/** The one connection of this page. */
export const link = new EngineLink();

type StateNames = RouteNames<Routes, "state">;

/** A state route as a store: undefined until its first value, and kept while the engine is away. */
function mirror<N extends StateNames>(
  route: N,
): StoreApi<{ value: ValueOf<Routes[N]> | undefined }> {
  const store = createStore<{ value: ValueOf<Routes[N]> | undefined }>(() => ({
    value: undefined,
  }));
  link.onReady((client) => {
    client.watch(route, {} as InputOf<Routes[N]>, (value) => store.setState({ value }));
  });
  return store;
}

export const activityState = mirror("activity.state");
export const apiState = mirror("api.state");
export const apiKeysState = mirror("keys.state");
export const benchState = mirror("bench.state");
export const chatList = mirror("chats.state");
export const collectionList = mirror("collections.state");
export const documentList = mirror("documents.state");
export const downloadsState = mirror("downloads.state");
export const evalsState = mirror("evals.state");
export const quantsState = mirror("quants.state");
export const foldersState = mirror("folders.state");
export const hubState = mirror("hub.state");
export const librariesState = mirror("libraries.state");
export const modelsState = mirror("models.state");
export const serversState = mirror("servers.state");
export const settingsState = mirror("settings.state");
export const storageState = mirror("storage.state");
export const systemState = mirror("system.state");

/** Part of a mirrored state. `select` must return the same thing for the same state. */
export function useMirror<T, S>(
  store: StoreApi<{ value: T | undefined }>,
  select: (value: T) => S,
): S | undefined {
  return useStore(store, ({ value }) => (value === undefined ? undefined : select(value)));
}

export function useLinkStatus(): LinkStatus {
  return useStore(link.status);
}

/** One call on the current connection. */
export async function call<N extends RouteNames<Routes, "call">>(
  route: N,
  input: InputOf<Routes[N]>,
  options?: CallOptions,
): Promise<OutputOf<Routes[N]>> {
  return await link.client.call(route, input, options);
}
