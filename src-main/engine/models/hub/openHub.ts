import path from "node:path";
import type { Settings } from "../../../contract/settings.ts";
import type { Egress } from "../../egress/Egress.ts";
import { modelDownloader } from "../download/downloadModel.ts";
import { DownloadQueue, type DownloadQueueOptions } from "../download/DownloadQueue.ts";
import { SpeedLimit } from "../download/SpeedLimit.ts";
import type { ModelsFolder } from "../folder/ModelsFolder.ts";
import type { KeyStore } from "../SecretKeeper.ts";
import { HubClient } from "./HubClient.ts";
import { hubEndpoint } from "./hubEndpoint.ts";
import { HubService, type HubServiceOptions } from "./HubService.ts";
import { HubToken } from "./HubToken.ts";

export type OpenHubOptions = Pick<DownloadQueueOptions, "onInstalled" | "onFault"> &
  Pick<HubServiceOptions, "threads" | "freeMemory" | "devices" | "graphicsLikely"> & {
    readonly home: string;
    readonly folder: ModelsFolder;
    readonly settings: () => Settings;
    readonly egress: Egress;
    readonly keyStore: KeyStore;
  };

/** The hub, and the queue of what comes from it; end the queue when done. */
export async function openHub(
  options: OpenHubOptions,
): Promise<{ hub: HubService; downloads: DownloadQueue }> {
  const { home, folder, settings, egress, keyStore, onInstalled, onFault } = options;
  const endpoint = (): string => hubEndpoint(settings().hubEndpoint);
  const token = new HubToken({
    file: path.join(home, "hub-token.json"),
    endpoint,
    ...keyStore,
  });
  const client = new HubClient({ egress, endpoint, token: () => token.get() });
  const limit = new SpeedLimit(() => settings().downloadBytesPerSecond);
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
    token,
    queue: downloads,
    endpointSetting,
  });
  return { hub, downloads };
}
