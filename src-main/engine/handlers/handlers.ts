import type { HandlersOf } from "../../contract/defineRoute.ts";
import type { Routes } from "../../contract/routes.ts";
import type { Engine } from "../Engine.ts";
import { benchHandlers } from "./benchHandlers.ts";
import { chatHandlers } from "./chatHandlers.ts";
import { collectionHandlers } from "./collectionHandlers.ts";
import { documentHandlers } from "./documentHandlers.ts";
import { evalHandlers } from "./evalHandlers.ts";
import { folderHandlers } from "./folderHandlers.ts";
import { hubHandlers } from "./hubHandlers.ts";
import { inferenceHandlers } from "./inferenceHandlers.ts";
import { libraryHandlers } from "./libraryHandlers.ts";
import { modelHandlers } from "./modelHandlers.ts";
import { quantBenchHandlers } from "./quantBenchHandlers.ts";
import { serverHandlers } from "./serverHandlers.ts";
import { promptHandlers } from "./promptHandlers.ts";
import { storageHandlers } from "./storageHandlers.ts";
import { systemHandlers } from "./systemHandlers.ts";

/** Every route, and who answers it. */
export function createHandlers(engine: Engine): HandlersOf<Routes> {
  return {
    ...benchHandlers(engine),
    ...chatHandlers(engine),
    ...collectionHandlers(engine),
    ...documentHandlers(engine),
    ...evalHandlers(engine),
    ...folderHandlers(engine),
    ...hubHandlers(engine),
    ...inferenceHandlers(engine),
    ...libraryHandlers(engine),
    ...modelHandlers(engine),
    ...quantBenchHandlers(engine),
    ...serverHandlers(engine),
    ...promptHandlers(engine),
    ...storageHandlers(engine),
    ...systemHandlers(engine),
  };
}

/** The handlers of some of the routes. */
export type SomeHandlers<N extends keyof Routes> = Pick<HandlersOf<Routes>, N>;
