import { z } from "zod";
import { abstentionEvalRoutes } from "./abstentionEval.ts";
import { activityStateSchema } from "./activity.ts";
import { apiKeyRoutes, apiKeysStateSchema } from "./apiKeys.ts";
import { apiServerRoutes, apiServerStateSchema } from "./apiServer.ts";
import { benchRoutes, benchStateSchema } from "./bench.ts";
import { collectionRoutes, collectionsStateSchema } from "./collections.ts";
import { chatRoutes, chatSummarySchema } from "./chat.ts";
import { state } from "./defineRoute.ts";
import { deviceRoutes } from "./devices.ts";
import { documentRoutes, documentsStateSchema } from "./documents.ts";
import { evalRoutes, evalsStateSchema } from "./evals.ts";
import { fitBenchRoutes } from "./fitBench.ts";
import { folderRoutes, foldersStateSchema } from "./folders.ts";
import { downloadRoutes, downloadsStateSchema } from "./downloads.ts";
import { hubRoutes, hubStateSchema } from "./hub.ts";
import { inferenceRoutes } from "./inference.ts";
import { librariesStateSchema, libraryRoutes } from "./libraries.ts";
import { modelRoutes, modelsStateSchema } from "./models.ts";
import { quantBenchRoutes, quantBenchStateSchema } from "./quantBench.ts";
import { quantizeRoutes } from "./quantize.ts";
import { promptRoutes } from "./prompts.ts";
import { searchRoutes } from "./search.ts";
import { serverRoutes, serversStateSchema } from "./servers.ts";
import { settingsRoutes, settingsSchema } from "./settings.ts";
import { storageRoutes, storageStateSchema } from "./storage.ts";
import { systemRoutes, systemStateSchema } from "./system.ts";

/** Raised when a frame or a route changes in a way that an older face cannot follow. */
export const protocolVersion = 2;

/** All that a face may ask of the engine. */
export const routes = {
  ...abstentionEvalRoutes,
  ...apiKeyRoutes,
  ...apiServerRoutes,
  ...benchRoutes,
  ...chatRoutes,
  ...collectionRoutes,
  ...deviceRoutes,
  ...documentRoutes,
  ...downloadRoutes,
  ...evalRoutes,
  ...fitBenchRoutes,
  ...folderRoutes,
  ...hubRoutes,
  ...inferenceRoutes,
  ...libraryRoutes,
  ...modelRoutes,
  ...quantBenchRoutes,
  ...quantizeRoutes,
  ...promptRoutes,
  ...searchRoutes,
  ...serverRoutes,
  ...settingsRoutes,
  ...storageRoutes,
  ...systemRoutes,
  "activity.state": state(z.object({}), activityStateSchema),
  "api.state": state(z.object({}), apiServerStateSchema),
  "bench.state": state(z.object({}), benchStateSchema),
  "chats.state": state(z.object({}), z.object({ chats: z.array(chatSummarySchema) })),
  "collections.state": state(z.object({}), collectionsStateSchema),
  "documents.state": state(z.object({}), documentsStateSchema),
  "downloads.state": state(z.object({}), downloadsStateSchema),
  "evals.state": state(z.object({}), evalsStateSchema),
  "folders.state": state(z.object({}), foldersStateSchema),
  "hub.state": state(z.object({}), hubStateSchema),
  "keys.state": state(z.object({}), apiKeysStateSchema),
  "libraries.state": state(z.object({}), librariesStateSchema),
  "models.state": state(z.object({}), modelsStateSchema),
  "quants.state": state(z.object({}), quantBenchStateSchema),
  "servers.state": state(z.object({}), serversStateSchema),
  "settings.state": state(z.object({}), settingsSchema),
  "storage.state": state(z.object({}), storageStateSchema),
  "system.state": state(z.object({}), systemStateSchema),
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
