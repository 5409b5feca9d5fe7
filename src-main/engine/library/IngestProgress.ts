import type { IngestStage } from "../../contract/documents.ts";
import type { DocumentRecord } from "../store/records.ts";

/** Tells how far the work on one document is, with the rate of the stage. */
export class IngestProgress {
  readonly #record: () => DocumentRecord;
  readonly #tell: (record: DocumentRecord, rate: number) => void;
  #stage: IngestStage = "waiting";
  #begun = performance.now();
  /** Units that were done before the stage, and do not count for its rate. */
  #before = 0;

  constructor(record: () => DocumentRecord, tell: (record: DocumentRecord, rate: number) => void) {
    this.#record = record;
    this.#tell = tell;
  }

  enter(stage: IngestStage, total: number, done = 0): void {
    this.#stage = stage;
    this.#begun = performance.now();
    this.#before = done;
    this.at(done, total);
  }

  at(done: number, total: number): void {
    const seconds = (performance.now() - this.#begun) / 1000;
    const { error: _error, ...record } = this.#record();
    this.#tell(
      { ...record, status: "working", stage: this.#stage, done, total },
      seconds > 0 ? (done - this.#before) / seconds : 0,
    );
  }
}
