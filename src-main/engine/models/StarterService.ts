import type { Transfer } from "../../contract/models.ts";
import type { Egress } from "../egress/Egress.ts";
import type { ModelsFolder } from "./folder/ModelsFolder.ts";
import type { SpeedLimit } from "./download/SpeedLimit.ts";
import type { ModelManager } from "./ModelManager.ts";
import { ensureStarterModels, listStarterModels, type InstalledModel } from "./starter.ts";

/** Fetches the starter models for the user, and says whether they are here. */
export class StarterService {
  readonly #home: string;
  readonly #folder: ModelsFolder;
  readonly #egress: Egress;
  readonly #limit: SpeedLimit;
  readonly #models: ModelManager;
  readonly #endpoint: () => string;

  constructor(options: {
    home: string;
    folder: ModelsFolder;
    egress: Egress;
    limit: SpeedLimit;
    models: ModelManager;
    /** Address of the hub. */
    endpoint: () => string;
  }) {
    this.#home = options.home;
    this.#folder = options.folder;
    this.#egress = options.egress;
    this.#limit = options.limit;
    this.#models = options.models;
    this.#endpoint = options.endpoint;
  }

  async refresh(): Promise<void> {
    this.#models.setStarter(await listStarterModels(this.#folder.path));
  }

  async install(
    localSources: string | undefined,
    onTransfer: (transfer: Transfer) => void,
    signal: AbortSignal,
  ): Promise<{ home: string; models: InstalledModel[] }> {
    const transfers = new Map<string, Transfer>();
    try {
      const { models } = await this.#folder.use((modelsDir) =>
        ensureStarterModels({
          modelsDir,
          egress: this.#egress,
          limit: this.#limit,
          baseUrl: this.#endpoint(),
          signal,
          ...(localSources === undefined ? {} : { localSources }),
          onProgress: (transfer) => {
            transfers.set(transfer.name, transfer);
            this.#models.setTransfers([...transfers.values()]);
            onTransfer(transfer);
          },
        }),
      );
      return { home: this.#home, models };
    } finally {
      this.#models.setTransfers([]);
      await this.refresh();
      await this.#models.rescan();
    }
  }
}
