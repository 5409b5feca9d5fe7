import { parseArgs } from "node:util";
import { apiFace, type ApiServerReport } from "../contract/apiServer.ts";
import { toErrorData, type ErrorData } from "../contract/errors.ts";
import { protocolVersion, type Routes } from "../contract/routes.ts";
import { processPort } from "../rpc/processPort.ts";
import { RpcClient } from "../rpc/RpcClient.ts";
import { portNumber } from "./portNumber.ts";
import { findFreePort, startApiServer } from "./startApiServer.ts";

/**
 * The API for programs as a process of the engine: `apiMain --port N [--open]`. It speaks with the
 * engine over the channel that it was started with, tells it where it listens, and ends with it.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "" }, open: { type: "boolean", default: false } },
  });
  const port = portNumber(values.port);
  if (!process.send)
    throw new Error("Hearth's engine starts this program; alone it has nobody to ask.");
  const client = new RpcClient<Routes>(processPort(process), {
    protocol: protocolVersion,
    face: apiFace,
  });
  const ended = Promise.withResolvers<void>();
  client.onClose(ended.resolve);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, ended.resolve);
  await client.ready;
  try {
    const on = { status: "on", port } as const;
    const server = await startApiServer({
      port,
      open: values.open,
      engine: async () => client,
      onAddresses: (otherUrls) => report({ ...on, url: server.url, otherUrls }),
    });
    report({ ...on, url: server.url, otherUrls: server.otherUrls });
    await ended.promise;
    await server.close();
  } catch (error) {
    const freePort = await findFreePort(port);
    report({ status: "failed", port, error: inTheWindow(toErrorData(error), freePort), freePort });
    await ended.promise;
  }
  client.close();
}

function report(told: ApiServerReport): void {
  if (process.connected) process.send?.({ report: told }, () => {});
}

/** What `listenAt` says, for somebody who has no command line in front of them. */
function inTheWindow(error: ErrorData, freePort: number | null): ErrorData {
  const other = freePort === null ? "Choose another port" : `Take port ${freePort}, which is free`;
  return {
    ...error,
    suggestion: `${other}, and tell it to your programs; or end what uses this one, and try again.`,
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
