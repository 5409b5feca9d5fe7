import type { StreamCall } from "../rpc/RpcClient.ts";

/** Hands each item on as it comes. @returns the stream's result */
export async function followStream<T, O>(
  stream: StreamCall<T, O>,
  onItem: (item: T) => void,
): Promise<O> {
  for await (const item of stream) onItem(item);
  return await stream.result;
}
