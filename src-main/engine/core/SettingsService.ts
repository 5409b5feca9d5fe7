import type { Settings } from "../../contract/settings.ts";
import { Cell } from "./Cell.ts";
import { withoutUndefined } from "./withoutUndefined.ts";

export interface SettingsStore {
  get(): Promise<Settings>;
  update(patch: SettingsPatch): Promise<Settings>;
}

/** What is undefined stays as it is. */
export type SettingsPatch = { [K in keyof Settings]?: Settings[K] | undefined };

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

  async update(patch: SettingsPatch): Promise<Settings> {
    this.cell.set(await this.#store.update(withoutUndefined(patch)));
    return this.cell.get();
  }
}
