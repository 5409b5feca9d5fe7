import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** One row. A repository knows the types of the columns that it asked for. */
export type Row = Record<string, unknown>;

/**
 * A thin hold on one SQLite connection: statements are prepared once, and a transaction is a
 * function that is done whole or not at all. Lives in the worker.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #onDamage: (place: string) => void;
  #inTransaction = false;

  /** @param onDamage told where a stored value could not be read and was replaced by its default */
  constructor(connection: DatabaseSync, onDamage: (place: string) => void = () => {}) {
    this.#connection = connection;
    this.#onDamage = onDamage;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  /** @returns how many rows were changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** The row that the last insert made. */
  lastRow(): number {
    return this.get("SELECT last_insert_rowid() AS row")?.["row"] as number;
  }

  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Runs `work` in one transaction. Inside another one it joins that one. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.exec("BEGIN IMMEDIATE");
    this.#inTransaction = true;
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself; a second rollback would hide that error.
      if (this.#connection.isTransaction) this.exec("ROLLBACK");
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  /** Reports a stored value that cannot be read. The rest of the record stays in use. */
  damaged(place: string): void {
    this.#onDamage(place);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
