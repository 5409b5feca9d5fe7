import { HearthError, toErrorData } from "../../../contract/errors.ts";
import type { ComputePriority, GenerateEvent, GenerateRequest } from "../InferenceBackend.ts";
import { EventGatherer } from "./EventGatherer.ts";
import { LlamaRuntime } from "./LlamaRuntime.ts";
import type { ChildCall, ChildReply, FromChild, ToChild } from "./protocol.ts";

/**
 * How long text is gathered before it is sent: a dozen pieces a second look like a stream, and each
 * takes a core from the model in this process, the engine and the window.
 */
export const gatherMs = 80;

/** Answers the messages of the parent with one {@link LlamaRuntime}. */
export class ChildServer {
  readonly #send: (message: FromChild) => void;
  readonly #end: (exitCode: number) => void;
  readonly #cancelled = new Set<number>();
  readonly #running = new Set<number>();
  readonly #gatherers = new Set<EventGatherer>();
  #runtime: LlamaRuntime | null = null;

  /**
   * @param send hands a message to the parent
   * @param end ends the process once everything that was sent is on its way
   */
  constructor(send: (message: FromChild) => void, end: (exitCode: number) => void) {
    this.#send = send;
    this.#end = end;
  }

  async receive(message: ToChild): Promise<void> {
    const { generation } = message;
    switch (message.type) {
      case "load":
        return await this.#load(message);
      case "generate":
        return await this.#run(generation, message.id, () =>
          this.#generate(generation, message.id, message.request, message.priority),
        );
      case "call":
        return await this.#run(generation, message.id, () =>
          this.#call(generation, message.id, message.call),
        );
      case "cancel":
        if (!this.#running.has(message.id)) return;
        this.#cancelled.add(message.id);
        return this.#runtime?.noticeCancelled();
      case "ping":
        return this.#send({ type: "pong", generation });
      case "close":
        return await this.#close();
    }
  }

  async #load({ generation, options }: Extract<ToChild, { type: "load" }>): Promise<void> {
    let told = 0;
    const onProgress = (fraction: number): void => {
      if (fraction < 1 && fraction - told < 0.01) return;
      told = fraction;
      this.#send({ type: "progress", generation, fraction });
    };
    try {
      this.#runtime = await LlamaRuntime.load(options, {
        onProgress,
        onActivity: (activity) => this.#send({ type: "activity", generation, activity }),
      });
      this.#send({ type: "loaded", generation, info: this.#runtime.info });
    } catch (error) {
      this.#send({ type: "loadFailed", generation, error: toErrorData(error) });
      this.#end(1);
    }
  }

  async #run(generation: number, id: number, work: () => Promise<void>): Promise<void> {
    this.#running.add(id);
    try {
      await work();
    } catch (error) {
      this.#send({ type: "failed", generation, id, error: toErrorData(error) });
    } finally {
      this.#running.delete(id);
      this.#cancelled.delete(id);
    }
  }

  async #generate(
    generation: number,
    id: number,
    request: GenerateRequest,
    priority: ComputePriority,
  ): Promise<void> {
    const arrivedAt = performance.now();
    const gatherer = new EventGatherer(
      gatherMs,
      (events: readonly GenerateEvent[]) => this.#send({ type: "events", generation, id, events }),
      this.#gatherers,
    );
    this.#gatherers.add(gatherer);
    const isCancelled = (): boolean => this.#cancelled.has(id);
    try {
      await this.#loaded().generate(request, priority, {
        arrivedAt,
        get cancelled() {
          return isCancelled();
        },
        emit: (event) => gatherer.add(event),
      });
    } finally {
      this.#gatherers.delete(gatherer);
      gatherer.flush();
    }
  }

  /** States of idle conversations are kept, whatever else goes wrong. */
  async #close(): Promise<void> {
    try {
      await this.#runtime?.close();
    } finally {
      this.#end(0);
    }
  }

  async #call(generation: number, id: number, call: ChildCall): Promise<void> {
    this.#send({ type: "result", generation, id, reply: await this.#answer(id, call) });
  }

  async #answer(id: number, call: ChildCall): Promise<ChildReply> {
    const runtime = this.#loaded();
    if (call.name === "countTokens") {
      return { name: call.name, result: runtime.countTokens(call.request.texts) };
    }
    if (call.name === "countChatTokens") {
      const { messages, tools } = call.request;
      return { name: call.name, result: runtime.countChatTokens(messages, tools) };
    }
    const isCancelled = (): boolean => this.#cancelled.has(id);
    if (call.name === "rank") {
      const { question, texts } = call.request;
      return { name: call.name, result: await runtime.rank(question, texts, isCancelled) };
    }
    return { name: call.name, result: await runtime.embed(call.request.texts, isCancelled) };
  }

  #loaded(): LlamaRuntime {
    if (this.#runtime) return this.#runtime;
    throw new HearthError({ code: "unavailable", title: "The model is not loaded yet." });
  }
}
