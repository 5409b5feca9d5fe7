import { z } from "zod";
import type { HubQuery, HubSort } from "../../../contract/hub.ts";
import { parseJson } from "../../../contract/parseJson.ts";
import { isLoopbackUrl } from "../../egress/addressRules.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import { isWebPage } from "../download/responseChecks.ts";
import { badReply, hubError, webPageError } from "./hubErrors.ts";
import {
  modelReplySchema,
  modelsReplySchema,
  nextPage,
  treeReplySchema,
  type ModelReply,
  type TreeEntry,
} from "./hubReplies.ts";
import { repositoryId } from "./repositoryId.ts";

export interface HubClientOptions {
  readonly egress: Pick<Egress, "fetch">;
  /** Address of the hub, without a slash at its end; asked at each request. */
  readonly endpoint: () => string;
  /** The access token for that address, or null. */
  readonly token: () => Promise<string | null>;
}

const sortKeys: Record<HubSort, string> = {
  trending: "trendingScore",
  downloads: "downloads",
  likes: "likes",
  updated: "lastModified",
};

const wantedFields = [
  "downloads",
  "likes",
  "gated",
  "lastModified",
  "pipeline_tag",
  "tags",
  "gguf",
  "sha",
];
/** Pages of a tree, at most: a repository of GGUF files has a few dozen entries. */
const mostTreePages = 20;
const longestReplyBytes = 16 * 1024 * 1024;
const longestCardBytes = 1024 * 1024;
/** More parameters than any model has. */
const unboundedParameters = 1e15;

/**
 * Asks Hugging Face, or a mirror that speaks as it does. Replies are checked; what does not fit is an
 * error in plain words. A token goes to the hub's own address alone.
 */
export class HubClient {
  readonly #options: HubClientOptions;

  constructor(options: HubClientOptions) {
    this.#options = options;
  }

  /**
   * Repositories with GGUF files.
   * @param page what the last reply gave as `next`, for more of the same
   * @throws HearthError `download-failed`, `offline`, `unavailable`, `cancelled`
   */
  async search(
    query: HubQuery & { limit: number },
    page: string | null,
    signal?: AbortSignal,
  ): Promise<{ models: ModelReply[]; next: string | null }> {
    const url = page === null ? this.#searchUrl(query) : this.#samePlace(page);
    const { reply, next } = await this.#json(url, "The list of models", modelsReplySchema, signal);
    return { models: reply, next };
  }

  /** @throws HearthError as `search`, and `bad-input` */
  async model(repository: string, signal?: AbortSignal): Promise<ModelReply> {
    const url = new URL(`${this.#options.endpoint()}/api/models/${repositoryId(repository)}`);
    for (const field of wantedFields) url.searchParams.append("expand", field);
    return (await this.#json(url, repository, modelReplySchema, signal)).reply;
  }

  /** All files of a version, with size and SHA-256 where it lies in large file storage. */
  async files(repository: string, revision: string, signal?: AbortSignal): Promise<TreeEntry[]> {
    const entries: TreeEntry[] = [];
    const path = `/api/models/${repositoryId(repository)}/tree/${encodeURIComponent(revision)}`;
    let url: URL | null = new URL(`${this.#options.endpoint()}${path}?recursive=true`);
    for (let page = 0; url !== null; page++) {
      if (page === mostTreePages) throw badReply(repository, url.host, "its files have no end.");
      const { reply, next }: { reply: TreeEntry[]; next: string | null } = await this.#json(
        url,
        repository,
        treeReplySchema,
        signal,
      );
      entries.push(...reply.filter(({ type }) => type === "file"));
      url = next === null ? null : this.#samePlace(next);
    }
    return entries;
  }

  /** The model card as Markdown without its front matter; null where there is none. */
  async card(repository: string, revision: string, signal?: AbortSignal): Promise<string | null> {
    const url = new URL(this.fileUrl(repository, revision, "README.md"));
    const response = await this.#fetch(url, `Model card of ${repository}`, signal);
    try {
      if (response.status === 404) return null;
      if (!response.ok) throw await this.#refusal(response, `The card of ${repository}`);
      if (isWebPage(response, Buffer.alloc(0)))
        throw webPageError(`The card of ${repository}`, new URL(response.url).host);
      const text = await response.text(longestCardBytes);
      return text.replace(/^\uFEFF?---\r?\n[\s\S]*?\n---\r?\n?/u, "").trim();
    } finally {
      response.cancel();
    }
  }

  /** Where a file of a repository is fetched from. */
  fileUrl(repository: string, revision: string, path: string): string {
    const file = path.split("/").map(encodeURIComponent).join("/");
    const place = `${repositoryId(repository)}/resolve/${encodeURIComponent(revision)}/${file}`;
    return `${this.#options.endpoint()}/${place}`;
  }

  /**
   * Headers and permissions of a request: none where the address is not of the hub as it is set now,
   * which may have changed since the address was made.
   */
  async access(url: string): Promise<{ headers: Record<string, string>; allowLoopback: boolean }> {
    const endpoint = this.#options.endpoint();
    if (!url.startsWith(`${endpoint}/`)) return { headers: {}, allowLoopback: false };
    const token = await this.#options.token();
    return {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      allowLoopback: isLoopbackUrl(endpoint),
    };
  }

  #searchUrl(query: HubQuery & { limit: number }): URL {
    const url = new URL(`${this.#options.endpoint()}/api/models`);
    const add = (name: string, value: string): void => url.searchParams.append(name, value);
    if (query.text.trim() !== "") add("search", query.text.trim());
    add("filter", "gguf");
    if (query.license !== null) add("filter", `license:${query.license}`);
    if (query.task !== null) add("pipeline_tag", query.task);
    const { minParameters: min, maxParameters: max } = query;
    if (min !== null || max !== null)
      add(
        "num_parameters",
        `min:${inMillions(min ?? 0)},max:${inMillions(max ?? unboundedParameters)}`,
      );
    add("sort", sortKeys[query.sort]);
    add("direction", "-1");
    add("limit", String(query.limit));
    for (const field of wantedFields) add("expand", field);
    return url;
  }

  /** The next page must be of the same hub: its address came from outside. */
  #samePlace(address: string): URL {
    const endpoint = new URL(this.#options.endpoint());
    const url = URL.parse(address, endpoint);
    if (url?.origin === endpoint.origin) return url;
    throw badReply("The next page", endpoint.host, "its address is elsewhere.");
  }

  async #json<T>(
    url: URL,
    name: string,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ reply: T; next: string | null }> {
    const response = await this.#fetch(url, `Look-up of ${name}`, signal);
    const { host } = new URL(response.url);
    try {
      if (!response.ok) throw await this.#refusal(response, name);
      if (isWebPage(response, Buffer.alloc(0))) throw webPageError(name, host);
      const text = await response.text(longestReplyBytes);
      if (/^\s*</u.test(text)) throw webPageError(name, host);
      const parsed = schema.safeParse(parseJson(text));
      if (!parsed.success) throw badReply(name, host, z.prettifyError(parsed.error).slice(0, 300));
      return { reply: parsed.data, next: nextPage(response.headers.get("link")) };
    } finally {
      response.cancel();
    }
  }

  async #fetch(url: URL, reason: string, signal: AbortSignal | undefined): Promise<EgressResponse> {
    const { headers, allowLoopback } = await this.access(url.href);
    return this.#options.egress.fetch(url, {
      reason,
      headers: { accept: "application/json, text/plain, */*", ...headers },
      allowLoopback,
      ...(signal ? { signal } : {}),
    });
  }

  async #refusal(response: EgressResponse, name: string): Promise<Error> {
    const { host } = new URL(response.url);
    return hubError({
      name,
      host,
      status: response.status,
      errorCode: response.headers.get("x-error-code"),
      hadToken: (await this.#options.token()) !== null,
    });
  }
}

function inMillions(count: number): string {
  return `${Math.round(count / 1e6)}M`;
}
