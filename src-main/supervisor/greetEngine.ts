import { protocolVersion, type Routes } from "../contract/routes.ts";
import { RpcClient, type HostHandlers } from "../rpc/RpcClient.ts";
import { socketPort } from "../rpc/socketPort.ts";
import type { EngineSocket } from "./openEngineSocket.ts";

export interface GreetOptions {
  /** The kind of face, shown to the user: "app", "browser", "cli". */
  face: string;
  host?: HostHandlers;
  /** Only tests speak another one. */
  protocol?: number;
  signal?: AbortSignal;
}

export interface EngineConnection {
  readonly client: RpcClient<Routes>;
  /** Names the life of the engine that this connection is with. */
  readonly generation: string;
  readonly pid: number;
  /** Leaves the engine. It ends by itself when nobody is left. */
  close(): void;
}

/**
 * Says hello on a new connection and waits for the answer.
 * @throws HearthError `conflict` when the engine is of another version, `connection-lost` when it
 * ended meanwhile or the signal fired
 */
export async function greetEngine(
  { socket, record }: EngineSocket,
  { face, host, protocol = protocolVersion, signal }: GreetOptions,
): Promise<EngineConnection> {
  const client = new RpcClient<Routes>(socketPort(socket), {
    protocol,
    face,
    ...(host ? { host } : {}),
  });
  const abort = (): void => client.close();
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    const { generation } = await client.ready;
    return { client, generation, pid: record.pid, close: () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
