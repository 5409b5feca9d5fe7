import { HearthError } from "../../../contract/errors.ts";
import { hasMarker } from "./folderMarker.ts";

/**
 * Hearth's own folder of models: `<home>/models`, or where the user moved it. What Hearth notes about
 * models of any folder stays in the home, so that it is there while a disk is not.
 */
export class ModelsFolder {
  /** `<home>/models`: where models are until they are moved, and where notes always are. */
  readonly usual: string;
  readonly #setting: () => string | null;
  #users = 0;
  #isMoving = false;

  /** @param setting where the user moved it; null for the usual place */
  constructor(usual: string, setting: () => string | null = () => null) {
    this.usual = usual;
    this.#setting = setting;
  }

  get path(): string {
    return this.#setting() ?? this.usual;
  }

  /** Whether it is there now. The usual place is made when it is needed. */
  async isThere(): Promise<boolean> {
    return this.path === this.usual || (await hasMarker(this.path));
  }

  /** Its path, to write into. @throws HearthError `file-missing` while its disk is away */
  async required(): Promise<string> {
    const { path } = this;
    if (await this.isThere()) return path;
    throw folderAway(path);
  }

  /**
   * Runs work that writes into it, or reads files in it by their paths for longer.
   * @throws HearthError `conflict` while it is being moved, `file-missing` while its disk is away
   */
  async use<T>(work: (folder: string) => Promise<T>): Promise<T> {
    if (this.#isMoving) throw beingMoved();
    this.#users++;
    try {
      return await work(await this.required());
    } finally {
      this.#users--;
    }
  }

  /** Runs work while nobody else uses it. @throws HearthError `conflict` */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isMoving) throw beingMoved();
    if (this.#users > 0) {
      throw new HearthError({
        code: "conflict",
        title: "A model is being made or fetched.",
        cause: "It is written into the model folder.",
        suggestion: "Wait until it is done, or stop it on the Models page.",
      });
    }
    this.#isMoving = true;
    try {
      return await work();
    } finally {
      this.#isMoving = false;
    }
  }
}

export function folderAway(folder: string): HearthError {
  return new HearthError({
    code: "file-missing",
    title: "The model folder is not reachable.",
    cause: `${folder} is not there. Its disk may not be connected.`,
    suggestion:
      "Connect the disk; Hearth notices by itself. Or use the data folder for new models, under Settings, Storage.",
  });
}

function beingMoved(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "The model folder is being moved.",
    suggestion: "Wait until that is done, or stop it under Settings, Storage.",
  });
}
