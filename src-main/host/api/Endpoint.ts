import type { Routes } from "../../contract/routes.ts";
import type { RpcClient } from "../../rpc/RpcClient.ts";
import type { Dialect } from "./errorShapes.ts";
import type { EventStream } from "./EventStream.ts";

export type EngineClient = RpcClient<Routes>;

/** One request of a program, let in and read. */
export interface ApiCall {
  readonly body: unknown;
  /** What stands behind the endpoint's path, decoded; "" for nothing. */
  readonly rest: string;
  readonly engine: EngineClient;
  /** Aborted when the client has gone, the time is over, or the host closes. */
  readonly signal: AbortSignal;
  /** Answers with a stream of events instead of one value. */
  readonly openStream: () => EventStream;
}

export interface Endpoint {
  readonly method: "GET" | "POST";
  /** Ends with a slash where something has to follow. */
  readonly path: string;
  readonly dialect: Dialect;
  /** @returns what is answered as JSON; nothing where a stream was opened */
  answer(call: ApiCall): Promise<unknown>;
}
