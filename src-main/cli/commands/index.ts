import type { Command } from "../Command.ts";
import { ask } from "./ask.ts";
import { benchAnswer } from "./benchAnswer.ts";
import { benchDecode } from "./benchDecode.ts";
import { benchFit } from "./benchFit.ts";
import { benchIndex } from "./benchIndex.ts";
import { benchIngest } from "./benchIngest.ts";
import { benchKv } from "./benchKv.ts";
import { benchQuants } from "./benchQuants.ts";
import { benchSoak } from "./benchSoak.ts";
import { chat } from "./chat.ts";
import {
  collectionsAdd,
  collectionsCreate,
  collectionsList,
  collectionsRemove,
} from "./collections.ts";
import { documentsList, documentsRemove } from "./documents.ts";
import { evalAnswers } from "./evalAnswers.ts";
import { evalAbstention } from "./evalAbstention.ts";
import { evalRetrieval } from "./evalRetrieval.ts";
import { foldersAdd, foldersList, foldersRemove } from "./folders.ts";
import {
  downloadsList,
  downloadsPause,
  downloadsRemove,
  downloadsResume,
  modelsCatalog,
  modelsImport,
  modelsPull,
  modelsSearch,
} from "./hub.ts";
import { ingest } from "./ingest.ts";
import { keysAdd, keysList, keysRemove } from "./keys.ts";
import { libraries, librariesInstall, librariesRemove } from "./libraries.ts";
import { modelsCheckKv, modelsDevices, modelsLoad, modelsUnload } from "./modelLife.ts";
import { modelsList } from "./models.ts";
import { modelsQuantize } from "./modelsQuantize.ts";
import { modelsShow } from "./modelsShow.ts";
import { requests } from "./requests.ts";
import { search } from "./search.ts";
import { serve } from "./serve.ts";
import { serversAdd, serversList, serversProbe, serversRemove, serversUpdate } from "./servers.ts";
import { setup } from "./setup.ts";
import { storage, storageFree, storageMove } from "./storage.ts";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  setup,
  modelsList,
  modelsLoad,
  modelsUnload,
  modelsDevices,
  modelsCheckKv,
  librariesInstall,
  librariesRemove,
  libraries,
  modelsQuantize,
  modelsCatalog,
  modelsSearch,
  modelsShow,
  modelsPull,
  modelsImport,
  downloadsList,
  downloadsPause,
  downloadsResume,
  downloadsRemove,
  // Longer names first: the first that fits is taken.
  storageFree,
  storageMove,
  storage,
  chat,
  ingest,
  search,
  ask,
  serve,
  keysAdd,
  keysList,
  keysRemove,
  serversList,
  serversAdd,
  serversUpdate,
  serversProbe,
  serversRemove,
  documentsList,
  documentsRemove,
  foldersList,
  foldersAdd,
  foldersRemove,
  collectionsList,
  collectionsCreate,
  collectionsAdd,
  collectionsRemove,
  requests,
  evalRetrieval,
  evalAnswers,
  evalAbstention,
  benchAnswer,
  benchDecode,
  benchFit,
  benchIndex,
  benchIngest,
  benchKv,
  benchQuants,
  benchSoak,
];
