import path from "node:path";
import type { Settings } from "../../../contract/settings.ts";
import type { Face } from "../../../rpc/RpcServer.ts";
import { askFaces } from "../../core/askFaces.ts";
import type { Egress } from "../../egress/Egress.ts";
import { modelDownloader } from "../download/downloadModel.ts";
import { DownloadQueue, type DownloadQueueOptions } from "../download/DownloadQueue.ts";
import type { SpeedLimit } from "../download/SpeedLimit.ts";
import { HubClient } from "./HubClient.ts";
import { HubHeaders } from "./HubHeaders.ts";
import { hubEndpoint } from "./hubEndpoint.ts";
import { HubService, type HubServiceOptions } from "./HubService.ts";
import { HubToken } from "./HubToken.ts";

export type OpenHubOptions = Pick<DownloadQueueOptions, "onInstalled" | "onFault"> &
  Pick<
    HubServiceOptions,
    "threads" | "freeMemory" | "situation" | "devices" | "graphicsLikely" | "modelsDir"
  > & {
    readonly home: string;
    readonly settings: () => Settings;
    readonly egress: Egress;
    /** Holds all downloads together below the user's limit. */
    readonly limit: SpeedLimit;
    /** Who may have a key store. */
    readonly faces: () => readonly Face[];
  };

/** The hub, and the queue of what comes from it; end the queue when done. */
export async function openHub(
  options: OpenHubOptions,
): Promise<{ hub: HubService; downloads: DownloadQueue }> {
  const { home, modelsDir, settings, egress, limit, faces, onInstalled, onFault } = options;
  const endpoint = (): string => hubEndpoint(settings().hubEndpoint);
  const token = new HubToken({
    file: path.join(home, "hub-token.json"),
    endpoint,
    seal: (text) =>
      askFaces(
        faces(),
        (face) => face.ask("secrets.seal", { text }),
        ({ sealed }) => sealed,
      ),
    open: (sealed) =>
      askFaces(
        faces(),
        (face) => face.ask("secrets.open", { sealed }),
        ({ text }) => text,
      ),
  });
  const client = new HubClient({ egress, endpoint, token: () => token.get() });
  const headers = new HubHeaders({ egress, hub: client });
  const run = modelDownloader({ egress, hub: client, modelsDir, limit });
  const downloads = await DownloadQueue.open({ modelsDir, run, onInstalled, onFault });
  const endpointSetting = (): string | null => settings().hubEndpoint;
  const hub = await HubService.open({
    ...options,
    client,
    headers,
    token,
    queue: downloads,
    endpointSetting,
  });
  return { hub, downloads };
}
