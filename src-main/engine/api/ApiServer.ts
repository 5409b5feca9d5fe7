import { isDeepStrictEqual } from "node:util";
import type { ApiServerReport, ApiServerState } from "../../contract/apiServer.ts";
import type { Observable } from "../../contract/defineRoute.ts";
import type { ErrorData } from "../../contract/errors.ts";
import type { Settings } from "../../contract/settings.ts";
import type { Port } from "../../rpc/Port.ts";
import { Breaker } from "../../supervisor/Breaker.ts";
import { Cell } from "../core/Cell.ts";
import { ApiServerProcess, type ApiServerProcessOptions } from "./ApiServerProcess.ts";

/** It has this long to say that it listens, or why it cannot. */
const usualStartMs = 30_000;
/** It has this long to end. */
const graceMs = 2_000;

export interface ApiServerOptions {
  readonly entryPath: string;
  readonly execPath: string;
  readonly settings: Observable<ApiSettings>;
  /** Serves the process as the engine serves its faces. */
  readonly accept: (port: Port) => void;
  readonly log: (line: string) => void;
  readonly breaker?: Breaker;
  readonly startMs?: number;
}

type ApiSettings = Pick<Settings, "apiOn" | "apiPort" | "apiOpen" | "offline">;
type Wanted = Pick<ApiServerProcessOptions, "port" | "open">;

/**
 * Keeps the one API process of a home as the settings want it: on or off, at which port, open to
 * whom. One that dies is started again, until it has died too often; one that cannot listen says so
 * and waits for the user.
 */
export class ApiServer implements AsyncDisposable {
  readonly cell = new Cell<ApiServerState>({ status: "off" });
  readonly #options: ApiServerOptions;
  readonly #breaker: Breaker;
  #wanted: Wanted | null = null;
  #process: ApiServerProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Changes are made one after the other, so that no two processes want one port. */
  #changing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#breaker = options.breaker ?? new Breaker();
  }

  /** Looks at the settings and does what they want; what `cell` says follows. */
  follow(): void {
    const wanted = wantedBy(this.#options.settings.get());
    if (isDeepStrictEqual(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.#begin();
  }

  /** Tries again after a failure, because the user asks for it. Otherwise it does nothing. */
  retry(): void {
    if (this.cell.get().status === "failed") this.#begin();
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#wanted = null;
    this.#change();
    await this.#changing;
  }

  /** From the beginning: what went wrong before does not count. */
  #begin(): void {
    this.#breaker.reset();
    this.#change();
  }

  #change(): void {
    clearTimeout(this.#timer);
    if (this.#wanted) this.cell.set({ status: "starting", port: this.#wanted.port });
    this.#changing = this.#changing.then(() => this.#makeSo());
  }

  async #makeSo(): Promise<void> {
    clearTimeout(this.#timer);
    const before = this.#process;
    this.#process = undefined;
    await before?.end(graceMs);
    // What is wanted by now; a later change waits behind this one.
    const wanted = this.#wanted;
    if (wanted) this.#start(wanted);
    else if (!this.#closed) this.cell.set({ status: "off" });
  }

  #start(wanted: Wanted): void {
    const { entryPath, execPath, accept, startMs = usualStartMs } = this.#options;
    this.cell.set({ status: "starting", port: wanted.port });
    const started = new ApiServerProcess({
      entryPath,
      execPath,
      ...wanted,
      onReport: (report) => {
        if (started === this.#process) this.#reported(report);
      },
      onExit: (lastLines) => {
        if (started === this.#process) this.#died(wanted, lastLines);
      },
    });
    this.#process = started;
    accept(started.enginePort);
    // One that hangs is as good as dead.
    this.#timer = setTimeout(() => started.kill(), startMs);
  }

  #reported(report: ApiServerReport): void {
    clearTimeout(this.#timer);
    this.cell.set(report);
    if (report.status !== "failed") return;
    // One that cannot listen has told why, and ends; that is no death.
    const ending = this.#process;
    this.#process = undefined;
    this.#changing = this.#changing.then(() => ending?.end(graceMs));
  }

  #died(wanted: Wanted, lastLines: readonly string[]): void {
    clearTimeout(this.#timer);
    this.#process = undefined;
    this.#breaker.died();
    this.#options.log(`the API's process died: ${lastLines.join(" | ")}`);
    const { port } = wanted;
    if (this.#breaker.open) {
      const error = keepsStopping(this.#breaker.deaths, lastLines);
      this.cell.set({ status: "failed", port, error, freePort: null });
      return;
    }
    this.cell.set({ status: "starting", port });
    this.#timer = setTimeout(() => this.#change(), this.#breaker.waitMs);
  }
}

/** The offline lock promises that nothing leaves this computer, so answers do not either. */
function wantedBy({ apiOn, apiPort, apiOpen, offline }: ApiSettings): Wanted | null {
  return apiOn ? { port: apiPort, open: apiOpen && !offline } : null;
}

function keepsStopping(deaths: number, lastLines: readonly string[]): ErrorData {
  return {
    code: "unavailable",
    title: "The local API keeps stopping.",
    cause: `Its process ended ${deaths} times within a minute. ${lastLines.at(-1) ?? ""}`.trim(),
    suggestion: "Try again. The file logs/engine.log in the home folder has details.",
  };
}
