import type { ChosenLogprob, GenerateEvent } from "../InferenceBackend.ts";

/**
 * Joins text events that come faster than anybody looks. Every message wakes the parent, which takes
 * a core from the model; the first text and every other kind of event are sent at once.
 */
export class EventGatherer {
  readonly #everyMs: number;
  readonly #send: (events: readonly GenerateEvent[]) => void;
  readonly #now: () => number;
  /** Those whose messages wake the same parent. */
  readonly #others: ReadonlySet<EventGatherer>;
  #text = "";
  #tokens = 0;
  #logprobs: ChosenLogprob[] = [];
  #sentAt = Number.NEGATIVE_INFINITY;

  /**
   * @param others whoever sends to the same parent: when one sends its text, all do, so that several
   *   chats wake it no more often than one
   */
  constructor(
    everyMs: number,
    send: (events: readonly GenerateEvent[]) => void,
    others: ReadonlySet<EventGatherer> = new Set(),
    now: () => number = () => performance.now(),
  ) {
    this.#everyMs = everyMs;
    this.#send = send;
    this.#others = others;
    this.#now = now;
  }

  add(event: GenerateEvent): void {
    if (event.type !== "text") {
      this.#deliver([event]);
      return;
    }
    this.#text += event.text;
    this.#tokens += event.tokens;
    this.#logprobs.push(...(event.logprobs ?? []));
    if (this.#now() - this.#sentAt < this.#everyMs) return;
    this.flush();
    for (const other of this.#others) other.flush();
  }

  /** Sends what was held. */
  flush(): void {
    if (this.#text !== "") this.#deliver([]);
  }

  #deliver(events: readonly GenerateEvent[]): void {
    const logprobs = this.#logprobs.length > 0 ? { logprobs: this.#logprobs } : {};
    const text: GenerateEvent[] =
      this.#text === ""
        ? []
        : [{ type: "text", text: this.#text, tokens: this.#tokens, ...logprobs }];
    if (text.length > 0) this.#sentAt = this.#now();
    this.#text = "";
    this.#tokens = 0;
    this.#logprobs = [];
    this.#send([...text, ...events]);
  }
}
