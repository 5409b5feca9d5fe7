import { randomUUID } from "node:crypto";
import type { Collection, CollectionsState } from "../../contract/collections.ts";
import { HearthError } from "../../contract/errors.ts";
import { collectionIdSchema, type CollectionId, type DocumentId } from "../../contract/ids.ts";
import { Cell } from "../core/Cell.ts";
import type { Store } from "../store/Store.ts";

/** Named sets of documents. What a set holds is looked up when it is asked about, not before. */
export class CollectionService {
  readonly cell = new Cell<CollectionsState>({ collections: [] });
  readonly #store: Store;

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<CollectionService> {
    const service = new CollectionService(store);
    await service.refresh();
    return service;
  }

  /** Reads the list again: after each change, and after documents were removed. */
  async refresh(): Promise<void> {
    this.cell.set({ collections: await this.#store.collections.list() });
  }

  /** @throws HearthError `conflict` where the name is taken */
  async create(name: string, documentIds: DocumentId[]): Promise<Collection> {
    const id = collectionIdSchema.parse(randomUUID());
    const made = { id, name, documentIds, createdAt: Date.now() };
    return await this.#named(name, await this.#store.collections.create(made));
  }

  /** @throws HearthError `conflict`, `not-found` */
  async rename(collectionId: CollectionId, name: string): Promise<Collection> {
    return await this.#named(name, await this.#store.collections.rename(collectionId, name));
  }

  async remove(collectionId: CollectionId): Promise<void> {
    await this.#store.collections.remove(collectionId);
    await this.refresh();
  }

  async addDocuments(collectionId: CollectionId, documentIds: DocumentId[]): Promise<Collection> {
    const changed = await this.#store.collections.addDocuments(collectionId, documentIds);
    await this.refresh();
    return changed;
  }

  async removeDocuments(
    collectionId: CollectionId,
    documentIds: DocumentId[],
  ): Promise<Collection> {
    const changed = await this.#store.collections.removeDocuments(collectionId, documentIds);
    await this.refresh();
    return changed;
  }

  /**
   * The documents of a question: those that are named, and those that the collections hold now.
   * Undefined where nothing limits it. A collection that is gone holds nothing.
   */
  scope(chosen: {
    readonly documentIds?: readonly DocumentId[] | undefined;
    readonly collectionIds?: readonly CollectionId[] | undefined;
  }): DocumentId[] | undefined {
    const { documentIds, collectionIds = [] } = chosen;
    if (documentIds === undefined && collectionIds.length === 0) return undefined;
    const held = this.cell
      .get()
      .collections.filter(({ id }) => collectionIds.includes(id))
      .flatMap((collection) => collection.documentIds);
    return [...new Set([...(documentIds ?? []), ...held])];
  }

  async #named(name: string, collection: Collection | null): Promise<Collection> {
    if (!collection) {
      throw new HearthError({
        code: "conflict",
        title: `There is a collection “${name}” already.`,
        cause: "Two collections with one name could not be told apart.",
        suggestion: "Choose another name, or add to that collection.",
      });
    }
    await this.refresh();
    return collection;
  }
}
