import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket as ServerSocket } from "ws";
import { bridgePort, type EngineBridge } from "./bridgePort.ts";
import { memoryPortPair } from "./memoryPort.ts";
import { portConformance } from "./portConformance.ts";
import { processPort } from "./processPort.ts";
import { socketPort } from "./socketPort.ts";
import { webSocketPort } from "./webSocketPort.ts";

portConformance("memory", async () => {
  const [client, server] = memoryPortPair();
  return { client, server, cut: () => server.close(), dispose: async () => client.close() };
});

portConformance("channel of a child process", async () => {
  const local = await listenLocally();
  const relay = fork(join(import.meta.dirname, "fixtures", "channelRelay.ts"), [local.path]);
  const incoming = await local.accepted;
  return {
    client: processPort(relay),
    server: socketPort(incoming),
    cut: () => relay.kill("SIGKILL"),
    dispose: async () => {
      relay.kill("SIGKILL");
      incoming.destroy();
      await local.close();
    },
  };
});

portConformance("local socket", async () => {
  const local = await listenLocally();
  const outgoing = connect(local.path);
  const incoming = await local.accepted;
  return {
    client: socketPort(outgoing),
    server: socketPort(incoming),
    cut: () => incoming.destroy(),
    dispose: async () => {
      outgoing.destroy();
      incoming.destroy();
      await local.close();
    },
  };
});

/** A socket on this computer that one connection is expected at. */
async function listenLocally(): Promise<{
  path: string;
  accepted: Promise<Socket>;
  close(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "hearth-port-"));
  const path =
    process.platform === "win32" ? `\\\\.\\pipe\\hearth-port-${process.pid}` : join(folder, "s");
  const listener = createServer();
  listener.listen(path);
  await once(listener, "listening");
  const accepted = once(listener, "connection") as Promise<[Socket]>;
  return {
    path,
    accepted: accepted.then(([socket]) => socket),
    close: async () => {
      listener.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

portConformance("WebSocket", async () => {
  const listener = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(listener, "listening");
  const accepted = once(listener, "connection") as Promise<[ServerSocket]>;
  const outgoing = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  const [incoming] = await accepted;
  return {
    client: webSocketPort(outgoing),
    server: webSocketPort(incoming),
    cut: () => incoming.terminate(),
    dispose: async () => {
      outgoing.close();
      incoming.terminate();
      listener.close();
    },
  };
});

portConformance("preload bridge", async () => {
  const [far, server] = memoryPortPair();
  let receive: (frame: unknown) => void = () => {};
  let closed: () => void = () => {};
  const bridge: EngineBridge = {
    postFrame: (frame) => far.send(frame),
    onFrame: (receiver) => (receive = receiver),
    onEngineClosed: (listener) => (closed = listener),
    openEngine: () => {
      far.onFrame((frame) => receive(frame));
      far.onClose(() => closed());
    },
    closeEngine: () => far.close(),
  };
  const client = bridgePort(bridge);
  return { client, server, cut: () => server.close(), dispose: async () => client.close() };
});
