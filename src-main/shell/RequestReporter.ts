import { EngineSupervisor } from "../supervisor/EngineSupervisor.ts";
import type { EngineDoor } from "../supervisor/EngineDoor.ts";
import type { RefusedRequest } from "./lockDown.ts";

/** A page in a loop must not fill the log. */
const maxWaiting = 200;
const maxUrlLength = 2048;

/** Tells the engine of each request that the window's guard has stopped, for the user's list. */
export class RequestReporter {
  readonly #supervisor: EngineSupervisor;
  #waiting: (RefusedRequest & { at: number })[] = [];
  #sending = false;

  constructor(door: EngineDoor) {
    this.#supervisor = new EngineSupervisor({ door, face: "app window guard" });
  }

  report(request: RefusedRequest): void {
    if (this.#waiting.length >= maxWaiting) return;
    this.#waiting.push({ ...request, at: Date.now() });
    if (!this.#sending) void this.#send();
  }

  close(): void {
    this.#waiting = [];
    this.#supervisor.close();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        const { client } = await this.#supervisor.connect();
        await client.call("system.reportRequest", {
          at: next.at,
          process: "window",
          method: next.method,
          url: next.url.slice(0, maxUrlLength),
          reason: "Asked for by the page",
          outcome: "refused",
          status: null,
          bytes: 0,
        });
        this.#waiting.shift();
      }
    } catch (error) {
      // It was refused all the same; the next one is reported again, together with these.
      console.error("A refused request could not be reported.", error);
    } finally {
      this.#sending = false;
    }
  }
}
