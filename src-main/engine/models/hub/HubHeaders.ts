import type { Egress } from "../../egress/Egress.ts";
import { damagedModel, unsupportedModel } from "../gguf/ggufErrors.ts";
import { type GgufHeader, readGgufHeaderFrom } from "../gguf/readGgufHeader.ts";
import type { HubClient } from "./HubClient.ts";
import type { HubFileFacts } from "./quantizations.ts";
import { mostHeaderBytes, RemotePrefix, type RemotePrefixOptions } from "./RemotePrefix.ts";

export interface HubHeadersOptions {
  readonly egress: Pick<Egress, "fetch">;
  readonly hub: Pick<HubClient, "fileUrl" | "access">;
  readonly tuning?: Pick<
    RemotePrefixOptions,
    "firstBytes" | "mostBytes" | "patience" | "firstDelayMs" | "idleMs"
  >;
}

/** Each part is a request; no real model has nearly as many. */
const mostParts = 64;
/** Of a part behind the first only its tensors are described. */
const partBytes = 64 * 1024;
/** Models whose headers are kept. */
const keptModels = 8;
/** Headers with more tensors are not kept: they are large, and no real model has as many. */
const mostKeptTensors = 20_000;
/** Longer texts of a header, such as its chat template, tell nothing of what it takes. */
const mostKeptText = 1024;

/**
 * Headers of models at the hub, by the SHA-256 that the hub states: what was read once is not asked for
 * again, whatever the repository or its version.
 */
export class HubHeaders {
  readonly #options: HubHeadersOptions;
  readonly #known = new Map<string, readonly GgufHeader[]>();

  constructor(options: HubHeadersOptions) {
    this.#options = options;
  }

  /**
   * The headers of all parts of a model, in order.
   * @throws HearthError as {@link RemotePrefix.read} does, and `model-damaged`, `model-unsupported`
   */
  async read(
    repository: string,
    revision: string,
    files: readonly HubFileFacts[],
    signal: AbortSignal,
  ): Promise<readonly GgufHeader[]> {
    if (files.length > mostParts) throw unsupportedModel(`It has ${files.length} parts.`);
    const key = files.map(({ sha256 }) => sha256).join(" ");
    const known = this.#known.get(key);
    if (known) return known;
    const headers: GgufHeader[] = [];
    const { mostBytes = mostHeaderBytes } = this.#options.tuning ?? {};
    let left = mostBytes;
    for (const [index, file] of files.entries()) {
      const source = this.#open(repository, revision, file, signal, {
        mostBytes: left,
        ...(index > 0 ? { firstBytes: partBytes } : {}),
      });
      const header = await readGgufHeaderFrom(source, file.bytes, signal);
      left -= source.fetchedBytes;
      headers.push(withoutLongTexts(header));
    }
    checkParts(headers);
    this.#keep(key, headers);
    return headers;
  }

  #open(
    repository: string,
    revision: string,
    file: HubFileFacts,
    signal: AbortSignal,
    change: Partial<RemotePrefixOptions>,
  ): RemotePrefix {
    const { egress, hub, tuning } = this.#options;
    const url = hub.fileUrl(repository, revision, file.path);
    return new RemotePrefix({
      egress,
      url,
      access: () => hub.access(url),
      name: file.path.split("/").at(-1) ?? file.path,
      sha256: file.sha256,
      totalBytes: file.bytes,
      signal,
      ...tuning,
      ...change,
    });
  }

  #keep(key: string, headers: readonly GgufHeader[]): void {
    if (headers.reduce((sum, { tensors }) => sum + tensors.length, 0) > mostKeptTensors) return;
    this.#known.set(key, headers);
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptModels && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** The first part says of how many the model consists; a part alone is no model. */
function checkParts(headers: readonly GgufHeader[]): void {
  const stated = headers[0]?.metadata.get("split.count") ?? 1;
  const parts = typeof stated === "number" ? Math.max(1, stated) : 1;
  if (parts !== headers.length)
    throw damagedModel(
      `Its header names ${parts} as the count of its parts; there are ${headers.length}.`,
    );
}

function withoutLongTexts(header: GgufHeader): GgufHeader {
  const metadata = [...header.metadata].filter(
    ([, value]) => typeof value !== "string" || value.length <= mostKeptText,
  );
  return { ...header, metadata: new Map(metadata) };
}
