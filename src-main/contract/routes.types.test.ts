import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { call, state, stream, type HandlersOf } from "./defineRoute.ts";
import type { RpcClient } from "../rpc/RpcClient.ts";
import { routes, type Routes } from "./routes.ts";

const sample = {
  add: call(z.object({ a: z.int(), b: z.int().default(1) }), z.object({ sum: z.int() })),
  tick: stream(z.object({}), z.string(), z.object({ ticks: z.int() })),
  now: state(z.object({}), z.object({ at: z.number() })),
} as const;
type Sample = typeof sample;

const whole: HandlersOf<Sample> = {
  add: ({ a, b }) => ({ sum: a + b }),
  tick: async (_input, emit) => {
    emit("tick");
    return { ticks: 1 };
  },
  now: () => ({ get: () => ({ at: 0 }), subscribe: () => () => {} }),
};

describe("contract types", () => {
  it("a missing handler does not compile", () => {
    const { now: _now, ...rest } = whole;
    // @ts-expect-error the handler of `now` is missing
    const handlers: HandlersOf<Sample> = rest;
    expect(handlers).toBeDefined();
  });

  it("an extra handler does not compile", () => {
    const handlers: HandlersOf<Sample> = {
      ...whole,
      // @ts-expect-error there is no such route
      gone: () => ({}),
    };
    expect(handlers).toBeDefined();
  });

  it("a handler of the wrong kind or type does not compile", () => {
    const wrongOutput: HandlersOf<Sample> = {
      ...whole,
      // @ts-expect-error the sum is a number
      add: () => ({ sum: "3" }),
    };
    const wrongItem: HandlersOf<Sample> = {
      ...whole,
      tick: async (_input, emit) => {
        // @ts-expect-error items are strings
        emit(1);
        return { ticks: 1 };
      },
    };
    expect([wrongOutput, wrongItem]).toHaveLength(2);
  });

  it("the caller may leave out what has a default; the handler always has it", () => {
    type Client = RpcClient<Sample>;
    expectTypeOf<Parameters<Client["call"]>[0]>().toEqualTypeOf<"add">();
    const typeOnly = (client: Client): void => {
      void client.call("add", { a: 1 });
      // @ts-expect-error `a` is needed
      void client.call("add", {});
      // @ts-expect-error a stream is not a call
      void client.call("tick", {});
      expectTypeOf(client.stream("tick", {}).result).resolves.toEqualTypeOf<{ ticks: number }>();
    };
    expect(typeOnly).toBeTypeOf("function");
    const handler: HandlersOf<Sample>["add"] = ({ b }) => {
      expectTypeOf(b).toEqualTypeOf<number>();
      return { sum: b };
    };
    expect(handler).toBeTypeOf("function");
  });

  it("every route has a name of the form area.verb and one of three kinds", () => {
    for (const [name, route] of Object.entries(routes)) {
      expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
      expect(["call", "stream", "state"]).toContain(route.kind);
    }
    expectTypeOf<Routes>().toExtend<Record<string, { kind: string }>>();
  });
});
