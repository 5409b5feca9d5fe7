import type { Table } from "@lancedb/lancedb";
import { rowIdsPerFragment } from "./removedRows.ts";

/** An addition of more rows is not moved again: it is soon due to be tidied anyway. */
const smallAddition = 256;
/** So many additions are left apart before they are joined. */
const mostApart = 2;
/** What is joined is written again each time, so there is an end to it. */
const mostJoined = 1_024;

/**
 * The rows of small additions, which no index holds yet. A search opens the file of each addition and
 * looks through it, so that twenty of a few rows cost it half as much again as one of them all. They
 * are therefore moved into one file now and then, in one atomic change: no search sees it, and wherever
 * the process ends there is each row once.
 *
 * Knows only what was added while this process had the table open; compaction joins the rest.
 */
export class FreshRows {
  readonly #table: Table;
  readonly #onFault: ((error: unknown) => void) | undefined;
  /** The fragment of each addition that lies apart. */
  #fragments: number[] = [];
  #rows = 0;

  /** @param onFault told when rows could not be moved. They stay where they are, and are found there. */
  constructor(table: Table, onFault: ((error: unknown) => void) | undefined) {
    this.#table = table;
    this.#onFault = onFault;
  }

  /**
   * To be told of each addition once it is made, and before another change of the table.
   * @param options.join whether rows may be moved now.
   */
  async added(rows: number, options: { readonly join: boolean }): Promise<void> {
    if (rows > smallAddition || this.#rows + rows > mostJoined) {
      this.forget();
      return;
    }
    try {
      this.#fragments.push(await this.#lastFragment());
      this.#rows += rows;
      if (options.join && this.#fragments.length > mostApart) await this.#join();
    } catch (error) {
      this.forget();
      this.#onFault?.(error);
    }
  }

  /** After compaction, which has put the rows into files and indexes of its own. */
  forget(): void {
    this.#fragments = [];
    this.#rows = 0;
  }

  async #join(): Promise<void> {
    const { rowsUpdated } = await this.#table.update({
      where: `_rowid / ${rowIdsPerFragment} IN (${this.#fragments.join(", ")})`,
      valuesSql: { version: "version" },
    });
    this.#fragments = rowsUpdated === 0 ? [] : [await this.#lastFragment()];
    this.#rows = rowsUpdated;
  }

  /** Where the newest rows are: what is written comes after everything else. */
  async #lastFragment(): Promise<number> {
    const rows = await this.#table.countRows();
    const last = await this.#table
      .takeOffsets([rows - 1])
      .select(["version"])
      .withRowId()
      .toArrow();
    return Math.floor(Number(last.getChild("_rowid")?.get(0)) / rowIdsPerFragment);
  }
}
