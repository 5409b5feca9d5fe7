import { HearthError, isCancelled } from "../../../contract/errors.ts";
import type { Ability, ServerKind, ServerModel } from "../../../contract/servers.ts";
import { asCount, asList, asRecord, asText, type JsonRecord } from "./json.ts";
import type { ServerClient } from "./ServerClient.ts";
import { serverNonsense } from "./serverErrors.ts";
import type { ProbeResult } from "./serverRecord.ts";
import { countOn } from "./serverTokenizer.ts";

/** Silence borne while a server is asked what it offers. */
const probeMs = 20_000;
const mostModels = 200;
/** Models whose details are asked for one by one. */
const mostAsked = 50;
const mostContext = 100_000_000;
/** Taken where a server does not say: what the smallest usual context holds. */
export const assumedContextTokens = 4096;

export interface ProbeOptions {
  readonly name: string;
  /** What the user says of the context of all models. */
  readonly contextTokens: number | null;
  readonly signal?: AbortSignal | undefined;
}

interface Finding {
  readonly contextTokens: number | null;
  readonly kind?: ServerModel["kind"] | undefined;
  readonly tools?: Ability;
  readonly embeddings?: Ability;
}

/**
 * Asks a server what it is, and what it offers. No text of the user's is sent: a few words of Hearth's
 * own try its tokenizer and its embeddings.
 *
 * @throws HearthError where it is not reached, or does not list models as the OpenAI API does
 */
export async function probeServer(
  client: ServerClient,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const ask = new Asker(client, options);
  const listed = await ask.must("/v1/models");
  const entries = asList(asRecord(listed)["data"]).map(asRecord).slice(0, mostModels);
  if (!Array.isArray(asRecord(listed)["data"])) {
    throw serverNonsense(client.host, "Its list of models is not one of the OpenAI API.");
  }
  const { kind, details } = await recognise(ask, asRecord(listed), entries);
  const models: ServerModel[] = [];
  for (const entry of entries) {
    const name = asText(entry["id"], 500);
    if (name === null || name === "" || models.some((model) => model.name === name)) continue;
    const finding = await details(name, entry, models.length);
    const stated = finding.contextTokens;
    models.push({
      name,
      kind: finding.kind ?? (looksLikeEmbedder(name) ? "embedding" : "chat"),
      contextTokens: options.contextTokens ?? stated ?? assumedContextTokens,
      contextFrom: options.contextTokens !== null ? "user" : stated === null ? "assumed" : "server",
      tools: finding.tools ?? "unknown",
      embeddings: finding.embeddings ?? "unknown",
    });
  }
  const first = models.find((model) => model.kind === "chat") ?? models[0];
  return {
    kind,
    models: await withTriedEmbeddings(ask, models),
    counting: first && (await counts(client, kind, first.name, ask)) ? "server" : "estimate",
  };
}

/** What kind of server this is, and how to find out about one of its models. */
async function recognise(
  ask: Asker,
  list: JsonRecord,
  entries: readonly JsonRecord[],
): Promise<{
  kind: ServerKind;
  details: (name: string, entry: JsonRecord, at: number) => Finding | Promise<Finding>;
}> {
  const owner = asText(entries[0]?.["owned_by"], 100) ?? "";
  if (owner === "vllm" || owner === "sglang") {
    return { kind: owner, details: (_name, entry) => ({ contextTokens: contextIn(entry) }) };
  }
  const props = owner === "" || owner === "llamacpp" ? asRecord(await ask.may("/props")) : {};
  if (owner === "llamacpp" || props["default_generation_settings"] !== undefined) {
    const capable = asList(list["models"]).map(asRecord);
    return {
      kind: "llama-server",
      details: (name, entry) => ofLlamaServer(props, entry, capable, name),
    };
  }
  const ollama = asRecord(await ask.may("/api/version"));
  if (typeof ollama["version"] === "string") {
    return { kind: "ollama", details: async (name, _entry, at) => await ofOllama(ask, name, at) };
  }
  const studio = asList(asRecord(await ask.may("/api/v0/models"))["data"]).map(asRecord);
  if (studio.length > 0) {
    return { kind: "lm-studio", details: (name) => ofLmStudio(studio, name) };
  }
  const info = asRecord(await ask.may("/info"));
  const total = asCount(info["max_total_tokens"], 1, mostContext);
  if (typeof info["model_id"] === "string" && total !== null) {
    return { kind: "tgi", details: () => ({ contextTokens: total, kind: "chat" }) };
  }
  return { kind: "other", details: (_name, entry) => ({ contextTokens: contextIn(entry) }) };
}

/** What entries of lists call the context, each server in its way. */
function contextIn(entry: JsonRecord): number | null {
  for (const name of ["max_model_len", "context_length", "context_window", "max_context_length"]) {
    const tokens = asCount(entry[name], 1, mostContext);
    if (tokens !== null) return tokens;
  }
  return null;
}

function ofLlamaServer(
  props: JsonRecord,
  entry: JsonRecord,
  capable: readonly JsonRecord[],
  name: string,
): Finding {
  const settings = asRecord(props["default_generation_settings"]);
  const meta = asRecord(entry["meta"]);
  // What one conversation may fill; the model was trained for more.
  const contextTokens =
    asCount(settings["n_ctx"], 1, mostContext) ??
    asCount(meta["n_ctx"], 1, mostContext) ??
    asCount(meta["n_ctx_train"], 1, mostContext);
  const listed = capable.find((model) => model["name"] === name || model["model"] === name);
  const can = asList(listed?.["capabilities"]);
  const tools = asRecord(props["chat_template_caps"])["supports_tools"];
  return {
    contextTokens,
    kind: can.includes("embedding") && !can.includes("completion") ? "embedding" : undefined,
    tools: tools === true ? "yes" : tools === false ? "no" : "unknown",
  };
}

/** Ollama cuts a prompt without a word at `num_ctx`, so the model's own length does not count. */
const ollamaUsualContext = 4096;

async function ofOllama(ask: Asker, name: string, at: number): Promise<Finding> {
  if (at >= mostAsked) return { contextTokens: ollamaUsualContext };
  const shown = asRecord(await ask.may("/api/show", { model: name }));
  const set = /^num_ctx\s+(\d{1,9})\s*$/mu.exec(asText(shown["parameters"]) ?? "");
  const lengths = Object.entries(asRecord(shown["model_info"]))
    .filter(([key]) => key.endsWith(".context_length"))
    .map(([, value]) => asCount(value, 1, mostContext) ?? mostContext);
  const can = asList(shown["capabilities"]);
  const knows = can.length > 0;
  const ability = (word: string): Ability =>
    knows ? (can.includes(word) ? "yes" : "no") : "unknown";
  return {
    contextTokens: Math.min(set ? Number(set[1]) : ollamaUsualContext, ...lengths),
    kind: knows ? (can.includes("completion") ? "chat" : "embedding") : undefined,
    tools: ability("tools"),
    embeddings: ability("embedding"),
  };
}

function ofLmStudio(list: readonly JsonRecord[], name: string): Finding {
  const entry = list.find((model) => model["id"] === name) ?? {};
  const can = entry["capabilities"];
  const isEmbedder = entry["type"] === "embeddings";
  return {
    contextTokens:
      asCount(entry["loaded_context_length"], 1, mostContext) ??
      // It loads what is not loaded with at least so much.
      Math.min(asCount(entry["max_context_length"], 1, mostContext) ?? mostContext, 4096),
    kind: isEmbedder ? "embedding" : "chat",
    tools: Array.isArray(can) ? (can.includes("tool_use") ? "yes" : "no") : "unknown",
    embeddings: isEmbedder ? "yes" : "no",
  };
}

function looksLikeEmbedder(name: string): boolean {
  return /embed|\bbge-|\be5-|\bgte-|minilm/iu.test(name);
}

/**
 * Tries embeddings with one word where the server does not say and has a single model: asking for
 * another one may have it load a model for minutes.
 */
async function withTriedEmbeddings(
  ask: Asker,
  models: readonly ServerModel[],
): Promise<ServerModel[]> {
  const [only] = models;
  if (!only || models.length > 1 || only.embeddings !== "unknown") return [...models];
  const reply = asRecord(await ask.may("/v1/embeddings", { model: only.name, input: ["Hearth"] }));
  const vector = asRecord(asList(reply["data"])[0])["embedding"];
  return [{ ...only, embeddings: asList(vector).length > 0 ? "yes" : "no" }];
}

async function counts(
  client: ServerClient,
  kind: ServerKind,
  model: string,
  ask: Asker,
): Promise<boolean> {
  try {
    const found = await countOn(client, { kind, model }, "Hearth counts tokens.", ask.request);
    return found !== null && found >= 1 && found <= 30;
  } catch (error) {
    if (isCancelled(error) || !(error instanceof HearthError)) throw error;
    return false;
  }
}

class Asker {
  readonly #client: ServerClient;
  readonly request: {
    readonly reason: string;
    readonly idleMs: number;
    readonly signal?: AbortSignal | undefined;
  };

  constructor(client: ServerClient, { name, signal }: ProbeOptions) {
    this.#client = client;
    this.request = { reason: `Asking your server ${name} what it offers`, idleMs: probeMs, signal };
  }

  async must(path: string): Promise<unknown> {
    return await this.#client.json(path, this.request);
  }

  /** What it answers; undefined where it does not know the question. */
  async may(path: string, body?: unknown): Promise<unknown> {
    try {
      return await this.#client.json(path, this.request, body);
    } catch (error) {
      // That it is there, the list of models has shown.
      if (error instanceof HearthError && !isCancelled(error) && error.code !== "offline")
        return undefined;
      throw error;
    }
  }
}
