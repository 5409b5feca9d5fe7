import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { call, state, stream, type HandlersOf, type Observable } from "../contract/defineRoute.ts";
import { HearthError } from "../contract/errors.ts";
import type { Port } from "./Port.ts";
import { RpcClient, type HostHandlers } from "./RpcClient.ts";
import { RpcServer } from "./RpcServer.ts";

export interface PortPair {
  client: Port;
  server: Port;
  /** Cuts the connection as a dead process would. */
  cut(): void;
  dispose(): Promise<void>;
}

const routes = {
  echo: call(z.object({ value: z.unknown() }), z.object({ value: z.unknown() })),
  count: stream(
    z.object({ to: z.int(), failAt: z.int().optional() }),
    z.int(),
    z.object({ counted: z.int() }),
  ),
  forever: stream(z.object({}), z.int(), z.object({})),
  forget: call(z.object({}), z.object({})),
  bad: call(z.object({}), z.object({})),
  broken: call(z.object({}), z.object({})),
  counter: state(z.object({}), z.object({ items: z.array(z.object({ id: z.int(), n: z.int() })) })),
  askFace: call(z.object({}), z.object({ onBattery: z.boolean() })),
} as const;

/** What every transport must do, told through a server and a client that stand on it. */
export function portConformance(name: string, connect: () => Promise<PortPair>): void {
  describe(`port conformance: ${name}`, () => {
    let pair: PortPair | undefined;
    afterEach(async () => {
      await pair?.dispose();
      pair = undefined;
    });

    async function setUp(host?: HostHandlers) {
      pair = await connect();
      const aborted: string[] = [];
      const counter = new TestState();
      const handlers: HandlersOf<typeof routes> = {
        echo: (input) => ({ value: input.value }),
        count: async (input, emit) => {
          for (let n = 0; n < input.to; n++) {
            if (n === input.failAt) {
              throw new HearthError({
                code: "conflict",
                title: "Stumbled.",
                cause: `At ${n}.`,
                suggestion: "Step over it.",
              });
            }
            emit(n);
            if (n % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
          }
          return { counted: input.to };
        },
        forever: (_input, emit, { signal }) =>
          new Promise((resolve) => {
            const timer = setInterval(() => emit(1), 1);
            signal.addEventListener("abort", () => {
              clearInterval(timer);
              aborted.push("forever");
              resolve({});
            });
          }),
        forget: (_input, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              aborted.push("forget");
              resolve({});
            });
          }),
        bad: () => {
          throw new HearthError({ code: "not-found", title: "No such thing." });
        },
        broken: () => {
          throw new TypeError("a secret detail");
        },
        counter: () => counter,
        askFace: (_input, { face }) => server.face(face.id)!.ask("power.state", {}),
      };
      const server = new RpcServer({ routes, handlers, protocol: 1, generation: "g1" });
      server.accept(pair.server);
      const client = new RpcClient<typeof routes>(pair.client, {
        protocol: 1,
        face: "test",
        ...(host ? { host } : {}),
      });
      return { client, server, aborted, counter, pair };
    }

    it("greets and names the generation", async () => {
      const { client, server } = await setUp();
      expect((await client.ready).generation).toBe("g1");
      expect(server.faces.map((face) => face.kind)).toEqual(["test"]);
    });

    it("keeps any JSON text as it is", async () => {
      const { client } = await setUp();
      const value = {
        text: "line\nbreak \u2028 \u0000 😀 ⟨\ud83d⟩",
        n: -0.5,
        list: [null, true, [[]]],
      };
      expect((await client.call("echo", { value })).value).toEqual(value);
      const long = "x€".repeat(1_500_000);
      expect((await client.call("echo", { value: long })).value).toBe(long);
    });

    it("streams every item once, in order, then the result", async () => {
      const { client } = await setUp();
      const counting = client.stream("count", { to: 5000 });
      const seen: number[] = [];
      for await (const n of counting) seen.push(n);
      expect(seen).toEqual(Array.from({ length: 5000 }, (_, n) => n));
      expect(await counting.result).toEqual({ counted: 5000 });
    });

    it("gives the items that came before a failure, then the failure with its words", async () => {
      const { client } = await setUp();
      const counting = client.stream("count", { to: 10, failAt: 3 });
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        for await (const n of counting) seen.push(n);
      };
      await expect(read()).rejects.toMatchObject({
        code: "conflict",
        title: "Stumbled.",
        suggestion: "Step over it.",
      });
      expect(seen).toEqual([0, 1, 2]);
    });

    it("carries errors as values, and hides what is not meant for users behind one code", async () => {
      const { client } = await setUp();
      await expect(client.call("bad", {})).rejects.toMatchObject({ code: "not-found" });
      await expect(client.call("broken", {})).rejects.toMatchObject({ code: "internal" });
      const anyClient = client as unknown as { call(r: string, i: unknown): Promise<unknown> };
      await expect(anyClient.call("nope", {})).rejects.toMatchObject({ code: "unknown-route" });
      await expect(anyClient.call("toString", {})).rejects.toMatchObject({ code: "unknown-route" });
      await expect(anyClient.call("count", { to: "x" })).rejects.toMatchObject({
        code: "bad-input",
      });
    });

    it("cancels a stream and a call on the other side", async () => {
      const { client, aborted } = await setUp();
      const running = client.stream("forever", {});
      for await (const n of running) {
        expect(n).toBe(1);
        break;
      }
      const controller = new AbortController();
      const forgotten = client.call("forget", {}, { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(forgotten).rejects.toMatchObject({ code: "cancelled" });
      await expect.poll(() => aborted.toSorted()).toEqual(["forever", "forget"]);
    });

    it("keeps a state up to date by patches", async () => {
      const { client, counter } = await setUp();
      const values: unknown[] = [];
      const stop = client.watch("counter", {}, (value) => values.push(value));
      await expect.poll(() => values.length).toBe(1);
      counter.set([{ id: 1, n: 1 }]);
      await expect.poll(() => values.at(-1)).toEqual({ items: [{ id: 1, n: 1 }] });
      counter.set([{ id: 1, n: 2 }]);
      await expect.poll(() => values.at(-1)).toEqual({ items: [{ id: 1, n: 2 }] });
      stop();
      await expect.poll(() => counter.listeners).toBe(0);
    });

    it("asks the face, and takes the fallback where the face cannot", async () => {
      const able = await setUp({ "power.state": () => ({ onBattery: true }) });
      expect(await able.client.call("askFace", {})).toEqual({ onBattery: true });
      await able.pair.dispose();
      const unable = await setUp();
      expect(await unable.client.call("askFace", {})).toEqual({ onBattery: false });
    });

    it("tells every waiting caller when the connection is cut, and stops the work", async () => {
      const { client, aborted, pair: cuttable } = await setUp();
      await client.ready;
      const waiting = client.call("forget", {});
      const running = client.stream("forever", {});
      const first = await running[Symbol.asyncIterator]().next();
      expect(first.done).toBe(false);
      cuttable.cut();
      await expect(waiting).rejects.toMatchObject({ code: "connection-lost" });
      await expect(running.result).rejects.toMatchObject({ code: "connection-lost" });
      await expect.poll(() => aborted.toSorted()).toEqual(["forever", "forget"]);
      await expect(client.call("echo", { value: 1 })).rejects.toMatchObject({
        code: "connection-lost",
      });
    });

    it("answers a malformed request and goes on", async () => {
      const { client, pair: raw } = await setUp();
      await client.ready;
      for (const frame of [null, 7, "x", { type: "?" }, { type: "request", id: 99 }, []]) {
        raw.client.send(frame);
      }
      expect(await client.call("echo", { value: 1 })).toEqual({ value: 1 });
    });
  });
}

class TestState implements Observable<{ items: { id: number; n: number }[] }> {
  readonly #listeners = new Set<() => void>();
  #value: { items: { id: number; n: number }[] } = { items: [] };

  get listeners(): number {
    return this.#listeners.size;
  }
  get(): { items: { id: number; n: number }[] } {
    return this.#value;
  }
  set(items: { id: number; n: number }[]): void {
    this.#value = { items };
    for (const listener of this.#listeners) listener();
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
