import type { Settings } from "../../../contract/settings.ts";
import type { Cell } from "../../core/Cell.ts";
import { chosenAssets, findLanguages, languagesFolder, type OcrFiles } from "./ocrAssets.ts";
import { Recognizer, type RecognizerOptions } from "./Recognizer.ts";

export interface OcrServiceOptions extends Omit<RecognizerOptions, "assets"> {
  shipped: OcrFiles;
  home: string;
  settings: Cell<Settings>;
}

/** Text recognition for one home: with the languages that its settings choose. */
export class OcrService implements AsyncDisposable {
  readonly recognizer: Recognizer;
  readonly #options: OcrServiceOptions;
  readonly #unsubscribe: () => void;

  constructor(options: OcrServiceOptions) {
    const { shipped, home, settings } = options;
    this.#options = options;
    this.recognizer = new Recognizer({
      ...options,
      assets: () => chosenAssets(shipped, home, settings.get().ocrLanguages),
    });
    let before = settings.get().ocrLanguages.join();
    this.#unsubscribe = settings.subscribe(() => {
      const now = settings.get().ocrLanguages.join();
      if (now !== before) this.recognizer.renew();
      before = now;
    });
  }

  /** What can be chosen, and the folder in which the user puts more of it. */
  async languages(): Promise<{ folder: string; languages: { name: string; added: boolean }[] }> {
    const { shipped, home } = this.#options;
    const languages = await findLanguages(shipped, home);
    return {
      folder: languagesFolder(home),
      languages: languages.map(({ name, added }) => ({ name, added })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.recognizer[Symbol.asyncDispose]();
  }
}
