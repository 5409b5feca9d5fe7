import type { SettingsService } from "./core/SettingsService.ts";
import type { PassageIndex } from "./library/PassageIndex.ts";
import type { DownloadQueue } from "./models/download/DownloadQueue.ts";
import { ModelsMover } from "./models/folder/ModelsMover.ts";
import type { ModelServices } from "./openModels.ts";
import { StorageService } from "./storage/StorageService.ts";

export interface StorageServices {
  readonly storage: StorageService;
  readonly modelsMover: ModelsMover;
}

/** What takes room, and the moving of the model folder. The caller disposes of the mover. */
export function openStorage(options: {
  readonly home: string;
  readonly settings: SettingsService;
  readonly modelServices: ModelServices;
  readonly downloads: DownloadQueue;
  readonly passages: PassageIndex;
  readonly isEvaluating: () => boolean;
}): StorageServices {
  const { home, settings, modelServices, downloads, passages, isEvaluating } = options;
  const { models, modelUses, modelsFolder, starter } = modelServices;
  const modelsMover = new ModelsMover({
    home,
    folder: modelsFolder,
    settings,
    holdDownloads: () => downloads.hold(),
    onSwitched: (from, to) => modelServices.followMove(from, to),
    onLeft: async () => {
      await models.rescan();
      await starter.refresh();
    },
  });
  const storage = new StorageService({
    home,
    folder: modelsFolder,
    mover: modelsMover,
    models,
    uses: modelUses,
    downloads,
    libraries: modelServices.libraries,
    furtherFolders: () => settings.cell.get().modelFolders,
    openIndex: () => passages.openFolder(),
    isEvaluating,
    onRemoved: async () => {
      await models.rescan();
      await starter.refresh();
    },
  });
  return { storage, modelsMover };
}
