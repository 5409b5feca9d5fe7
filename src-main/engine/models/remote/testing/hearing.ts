import { afterEach } from "vitest";
import { HearthError } from "../../../../contract/errors.ts";
import type { ServerKind, ServerModel } from "../../../../contract/servers.ts";
import { Egress } from "../../../egress/Egress.ts";
import type { RequestRecord } from "../../../egress/requestRecord.ts";
import type { GenerateEvent, GenerateRequest } from "../../../llama/InferenceBackend.ts";
import { RemoteBackend, usualTimings, type RemoteTimings } from "../RemoteBackend.ts";
import { ServerClient } from "../ServerClient.ts";
import { FakeServer, type Script } from "./FakeServer.ts";

/** Closed after each test. */
export const openServers: FakeServer[] = [];
afterEach(async () => {
  for (const server of openServers.splice(0)) await server[Symbol.asyncDispose]();
});

export const chatPath = "/v1/chat/completions";
const model: ServerModel = {
  name: "small",
  kind: "chat",
  contextTokens: 2048,
  contextFrom: "server",
  tools: "unknown",
  embeddings: "unknown",
};
export const request: GenerateRequest = {
  prompt: { kind: "chat", messages: [{ role: "user", content: "Say hello, please." }] },
  maxTokens: 50,
};

export async function serve(script: Script, path = chatPath): Promise<FakeServer> {
  const server = await FakeServer.start({ [path]: script });
  openServers.push(server);
  return server;
}

export function backendOf(
  url: string,
  change: {
    kind?: ServerKind;
    timings?: Partial<RemoteTimings>;
    counting?: "server" | "estimate";
    key?: string;
    model?: Partial<ServerModel>;
    log?: RequestRecord[];
  } = {},
): RemoteBackend {
  return new RemoteBackend({
    client: new ServerClient({
      egress: new Egress({ process: "test", onRequest: (record) => change.log?.push(record) }),
      url,
      host: new URL(url).host,
      plainHttp: false,
      key: () => Promise.resolve(change.key ?? null),
      onHeard: () => {},
      onFailed: () => {},
    }),
    serverName: "Attic",
    kind: change.kind ?? "other",
    model: { ...model, ...change.model },
    purpose: "chat",
    counting: change.counting ?? "estimate",
    timings: { ...usualTimings, ...change.timings },
  });
}

export interface Heard {
  text: string;
  end: Extract<GenerateEvent, { type: "end" }> | null;
  error: HearthError | null;
}

export async function hear(
  backend: RemoteBackend,
  asked: GenerateRequest = request,
  onText: (text: string) => void = () => {},
  signal?: AbortSignal,
): Promise<Heard> {
  const heard: Heard = { text: "", end: null, error: null };
  try {
    for await (const event of backend.generate(asked, signal ? { signal } : {})) {
      if (event.type === "text") {
        heard.text += event.text;
        onText(heard.text);
      } else if (event.type === "end") heard.end = event;
    }
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    heard.error = error;
  }
  return heard;
}

export async function hearScript(
  script: Script,
  change: Parameters<typeof backendOf>[1] = {},
): Promise<Heard> {
  const server = await serve(script);
  return await hear(backendOf(server.url, change));
}
