import path from "node:path";
import type { Settings } from "../../../contract/settings.ts";
import type { Egress } from "../../egress/Egress.ts";
import { modelDownloader } from "../download/downloadModel.ts";
import { DownloadQueue, type DownloadQueueOptions } from "../download/DownloadQueue.ts";
import type { SpeedLimit } from "../download/SpeedLimit.ts";
import type { ModelsFolder } from "../folder/ModelsFolder.ts";
import type { KeyStore } from "../SecretKeeper.ts";
import { HubClient } from "./HubClient.ts";
import { HubHeaders } from "./HubHeaders.ts";
import { hubEndpoint } from "./hubEndpoint.ts";
import { HubService, type HubServiceOptions } from "./HubService.ts";
import { HubToken } from "./HubToken.ts";

export type OpenHubOptions = Pick<DownloadQueueOptions, "onInstalled" | "onFault"> &
  Pick<HubServiceOptions, "threads" | "freeMemory" | "situation" | "devices" | "graphicsLikely"> & {
    readonly home: string;
    readonly folder: ModelsFolder;
    readonly settings: () => Settings;
    readonly egress: Egress;
    readonly keyStore: KeyStore;
    /** Holds all downloads together below the user's limit. */
    readonly limit: SpeedLimit;
  };

/** The hub, and the queue of what comes from it; end the queue when done. */
export async function openHub(
  options: OpenHubOptions,
): Promise<{ hub: HubService; downloads: DownloadQueue }> {
  const { home, folder, settings, egress, limit, keyStore, onInstalled, onFault } = options;
  const endpoint = (): string => hubEndpoint(settings().hubEndpoint);
  const token = new HubToken({
    file: path.join(home, "hub-token.json"),
    endpoint,
    ...keyStore,
  });
  const client = new HubClient({ egress, endpoint, token: () => token.get() });
  const headers = new HubHeaders({ egress, hub: client });
  const modelsDir = (): Promise<string> => folder.required();
  const run = modelDownloader({ egress, hub: client, modelsDir, limit });
  const downloads = await DownloadQueue.open({
    modelsDir: folder.usual,
    targetDir: () => folder.path,
    run,
    onInstalled,
    onFault,
  });
  const endpointSetting = (): string | null => settings().hubEndpoint;
  const hub = await HubService.open({
    ...options,
    modelsDir: () => folder.path,
    client,
    headers,
    token,
    queue: downloads,
    endpointSetting,
  });
  return { hub, downloads };
}
