import type { z } from "zod";

/**
 * The three kinds of route:
 * - `call`: one request, one reply;
 * - `stream`: one request, items, then an end with a result; the caller may cancel;
 * - `state`: a value that is sent once and then kept up to date by patches.
 */
export interface CallRoute<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: "call";
  readonly input: I;
  readonly output: O;
}

export interface StreamRoute<
  I extends z.ZodType = z.ZodType,
  T extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> {
  readonly kind: "stream";
  readonly input: I;
  readonly item: T;
  readonly output: O;
}

export interface StateRoute<I extends z.ZodType = z.ZodType, V extends z.ZodType = z.ZodType> {
  readonly kind: "state";
  readonly input: I;
  readonly value: V;
}

export type Route = CallRoute | StreamRoute | StateRoute;
export type RouteMap = Readonly<Record<string, Route>>;

export function call<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): CallRoute<I, O> {
  return { kind: "call", input, output };
}

export function stream<I extends z.ZodType, T extends z.ZodType, O extends z.ZodType>(
  input: I,
  item: T,
  output: O,
): StreamRoute<I, T, O> {
  return { kind: "stream", input, item, output };
}

export function state<I extends z.ZodType, V extends z.ZodType>(
  input: I,
  value: V,
): StateRoute<I, V> {
  return { kind: "state", input, value };
}

/** Names of the routes of one kind. */
export type RouteNames<M extends RouteMap, K extends Route["kind"]> = {
  [N in keyof M & string]: M[N]["kind"] extends K ? N : never;
}[keyof M & string];

/** What the caller passes (before defaults are filled in). */
export type InputOf<R extends Route> = z.input<R["input"]>;
/** What the handler receives (parsed, defaults filled in). */
export type ParsedInputOf<R extends Route> = z.output<R["input"]>;
export type OutputOf<R extends Route> = R extends CallRoute | StreamRoute
  ? z.output<R["output"]>
  : never;
export type ItemOf<R extends Route> = R extends StreamRoute ? z.output<R["item"]> : never;
export type ValueOf<R extends Route> = R extends StateRoute ? z.output<R["value"]> : never;

/** Who called, and how to notice that they no longer want the answer. */
export interface CallContext {
  /** Its reason is a HearthError: `cancelled` if the caller said so, `connection-lost` if it is gone. */
  readonly signal: AbortSignal;
  /** Stands for one connection of one face. */
  readonly face: FaceHandle;
}

export interface FaceHandle {
  readonly id: string;
  readonly kind: string;
}

/** A value that changes. `subscribe` calls back on each change and returns how to stop. */
export interface Observable<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

export type CallHandler<R extends Route> = (
  input: ParsedInputOf<R>,
  context: CallContext,
) => Promise<OutputOf<R>> | OutputOf<R>;
export type StreamHandler<R extends Route> = (
  input: ParsedInputOf<R>,
  emit: (item: ItemOf<R>) => void,
  context: CallContext,
) => Promise<OutputOf<R>>;
export type StateHandler<R extends Route> = (
  input: ParsedInputOf<R>,
  context: CallContext,
) => Observable<ValueOf<R>>;

/** One handler for each route and no other: a missing or an extra one does not compile. */
export type HandlersOf<M extends RouteMap> = {
  [N in keyof M]: M[N]["kind"] extends "call"
    ? CallHandler<M[N]>
    : M[N]["kind"] extends "stream"
      ? StreamHandler<M[N]>
      : StateHandler<M[N]>;
};
