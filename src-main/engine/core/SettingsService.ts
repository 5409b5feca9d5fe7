import type { Settings } from "../../contract/settings.ts";
import { Cell } from "./Cell.ts";

export interface SettingsStore {
  get(): Promise<Settings>;
  update(patch: Partial<Settings>): Promise<Settings>;
}

/** The settings in memory, in step with the store. */
export class SettingsService {
  readonly cell: Cell<Settings>;
  readonly #store: SettingsStore;

  private constructor(store: SettingsStore, settings: Settings) {
    this.#store = store;
    this.cell = new Cell(settings);
  }

  static async open(store: SettingsStore): Promise<SettingsService> {
    return new SettingsService(store, await store.get());
  }

  async update(patch: Partial<Settings>): Promise<Settings> {
    this.cell.set(await this.#store.update(patch));
    return this.cell.get();
  }
}
