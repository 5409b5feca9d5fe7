import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  findRepositories,
  isLargeFile,
  modelEntry,
  sha256Of,
  treeEntries,
  type FakeRepository,
} from "./fakeRepository.ts";
import { sendFile, type FileFault } from "./sendFile.ts";

export type HubFile = {
  content: Buffer;
  /** Large files are answered by a redirect to another host, small ones directly. */
  isLarge: boolean;
  /** What the hub says that a large file hashes to, if not the truth. */
  statedSha256?: string;
};

/** Which part of the hub a request is for: its API, its files, or the host that delivers them. */
export type HubPart = "api" | "hub" | "cdn";

/** Something that goes wrong at one request. */
export interface HubFault extends FileFault {
  on: HubPart;
  /** Answer with this status and no file. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Send on to another address. */
  redirect?: string;
  /** Destroy the connection before any answer. */
  hangUp?: boolean;
  /** How often it happens; once, where it is not said. */
  times?: number;
}

export interface HubRequest {
  on: HubPart;
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

/**
 * Imitates Hugging Face: `/api/models` with search, filters, sort and pages; `/api/models/{id}`; the
 * tree of a repository with LFS oids, in pages by a Link header; and `/{id}/resolve/{revision}/{file}`,
 * which sends small files to a cache of its own and large ones to a signed address on another host,
 * naming their SHA-256 in X-Linked-ETag. Ranges, If-Range, gated repositories and tokens work as there.
 */
export class FakeHub implements AsyncDisposable {
  readonly repositories = new Map<string, FakeRepository>();
  /** Single files by path, such as `/owner/name/resolve/main/file`, beside the repositories. */
  readonly files = new Map<string, HubFile>();
  /** Paths asked of the hub and of its delivery host, as words. */
  readonly requests: string[] = [];
  readonly seen: HubRequest[] = [];
  /** The next that happens to a request of each part, in order. */
  faults: HubFault[] = [];
  /** Tokens that the hub knows, and whether each may read gated repositories. */
  readonly tokens = new Map<string, { mayReadGated: boolean }>();
  /** Entries of a page of a tree, at most. */
  treePage = 1000;
  /** Milliseconds between the pieces of a file, to have time to look. */
  paceMs = 0;
  readonly #hub: http.Server;
  readonly #cdn: http.Server;

  private constructor() {
    this.#hub = http.createServer((request, response) => this.#answerHub(request, response));
    this.#cdn = http.createServer((request, response) => this.#answerCdn(request, response));
  }

  static async start(): Promise<FakeHub> {
    const fake = new FakeHub();
    for (const server of [fake.#hub, fake.#cdn]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return fake;
  }

  add(...repositories: readonly FakeRepository[]): void {
    for (const repository of repositories) this.repositories.set(repository.id, repository);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  get cdnUrl(): string {
    return `http://127.0.0.1:${(this.#cdn.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #answerHub(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const isApi = url.pathname.startsWith("/api/models");
    if (this.#goesWrong(isApi ? "api" : "hub", url, request, response) === true) return;
    if (isApi) this.#answerApi(url, response);
    else this.#answerFile(url.pathname, request, response);
  }

  /** Notes the request, and applies what is due to it. */
  #goesWrong(
    on: HubPart,
    url: URL,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): FileFault | true | undefined {
    const { range, "if-range": ifRange, authorization } = request.headers;
    const words = on === "cdn" ? `cdn ${url.pathname} ${range ?? ""}` : `hub ${url.pathname}`;
    this.requests.push(words.trim());
    this.seen.push({
      on,
      path: url.pathname,
      range,
      ifRange: typeof ifRange === "string" ? ifRange : undefined,
      authorization,
    });
    const index = this.faults.findIndex((fault) => fault.on === on);
    const fault = this.faults[index];
    if (fault === undefined) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.faults.splice(index, 1);
    if (fault.hangUp) response.destroy();
    else if (fault.redirect !== undefined)
      response.writeHead(302, { location: fault.redirect, ...fault.headers }).end();
    else if (fault.status !== undefined)
      response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    else return fault;
    return true;
  }

  #answerApi(url: URL, response: http.ServerResponse): void {
    if (url.pathname === "/api/models") {
      const found = findRepositories(this.repositories.values(), url.searchParams);
      const expand = url.searchParams.getAll("expand");
      const limit = Number(url.searchParams.get("limit") ?? "1000");
      this.#sendPage(
        response,
        url,
        found.map((one) => modelEntry(one, expand)),
        limit,
      );
      return;
    }
    const [, owner, name, what, revision] =
      /^\/api\/models\/([^/]+)\/([^/]+)(?:\/(tree|revision)\/([^/]+))?$/u.exec(url.pathname) ?? [];
    const repository = this.repositories.get(`${owner}/${name}`);
    // Whether a repository exists is told only to those who may read it.
    if (repository === undefined)
      sendError(response, 401, "RepoNotFound", "Invalid username or password.");
    else if (revision !== undefined && revision !== "main" && revision !== repository.sha)
      sendError(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    else if (what === "tree") {
      // The tree of a gated repository may be read by anyone, its files may not.
      this.#sendPage(response, url, treeEntries(repository), this.treePage);
    } else {
      const expand = url.searchParams.getAll("expand");
      sendJson(response, 200, modelEntry(repository, expand));
    }
  }

  #sendPage(response: http.ServerResponse, url: URL, all: unknown[], limit: number): void {
    const from = Number(url.searchParams.get("cursor") ?? "0");
    const next = new URL(url);
    next.searchParams.set("cursor", String(from + limit));
    const hasMore = from + limit < all.length;
    const link = hasMore ? { link: `<${next.href}>; rel="next"` } : {};
    sendJson(response, 200, all.slice(from, from + limit), link);
  }

  #answerFile(
    pathname: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): void {
    const single = this.files.get(pathname);
    if (single !== undefined) {
      this.#resolve(pathname, single, "ab810cf68114990406fdf996510dd3d3c6adbdf5", response);
      return;
    }
    const [, id = "", revision = "", file = ""] =
      /^\/([^/]+\/[^/]+)\/(?:resolve|resolve-cache)\/([^/]+)\/(.+)$/u.exec(pathname) ?? [];
    const repository = this.repositories.get(id);
    const content = repository?.files.get(decodeURIComponent(file));
    if (repository === undefined && this.repositories.size > 0) {
      sendError(response, 401, "RepoNotFound", "Invalid username or password.");
    } else if (repository === undefined || content === undefined) {
      sendError(response, 404, "EntryNotFound", "Entry not found");
    } else if (revision !== "main" && revision !== repository.sha) {
      sendError(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    } else if (this.#isRefused(repository, request, response)) {
      // The answer has been given.
    } else if (pathname.includes("/resolve-cache/")) {
      const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
      sendFile(request, response, content, etag, {});
    } else if (isLargeFile(file)) {
      const statedSha256 = repository.statedSha256?.get(file) ?? sha256Of(content);
      this.#resolve(pathname, { content, isLarge: true, statedSha256 }, repository.sha, response);
    } else {
      const location = pathname.replace("/resolve/", "/resolve-cache/");
      response
        .writeHead(307, { location, "x-repo-commit": repository.sha, "content-type": "text/plain" })
        .end("Temporary Redirect");
    }
  }

  #isRefused(
    repository: FakeRepository,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): boolean {
    const { authorization } = request.headers;
    const token = authorization?.replace(/^Bearer /u, "");
    const known = token === undefined ? undefined : this.tokens.get(token);
    if (token !== undefined && known === undefined) {
      sendError(response, 401, null, "Invalid credentials in Authorization header");
      return true;
    }
    if (repository.gated === false || known?.mayReadGated) return false;
    const words = known
      ? `Access to model ${repository.id} is restricted and you are not in the authorized list.`
      : `Access to model ${repository.id} is restricted. You must have access to it and be authenticated to access it.`;
    sendError(response, known ? 403 : 401, "GatedRepo", words);
    return true;
  }

  #resolve(pathname: string, file: HubFile, commit: string, response: http.ServerResponse): void {
    const { content, isLarge } = file;
    if (!isLarge) {
      const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
      const length = content.length;
      response
        .writeHead(200, { "x-repo-commit": commit, etag, "content-length": length })
        .end(content);
      return;
    }
    const location = `${this.cdnUrl}${pathname}?X-Amz-Expires=3600&X-Amz-Signature=s3cr3t`;
    response
      .writeHead(302, {
        "x-repo-commit": commit,
        location,
        "x-linked-size": content.length,
        "x-linked-etag": `"${file.statedSha256 ?? sha256Of(content)}"`,
        "content-type": "text/plain",
      })
      .end(`Found. Redirecting to ${location}`);
  }

  #answerCdn(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    const fault = this.#goesWrong("cdn", url, request, response);
    if (fault === true) return;
    const [, id = "", file = ""] =
      /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/u.exec(url.pathname) ?? [];
    const content =
      this.files.get(url.pathname)?.content ??
      this.repositories.get(id)?.files.get(decodeURIComponent(file));
    if (content === undefined || url.searchParams.get("X-Amz-Signature") !== "s3cr3t") {
      response
        .writeHead(403, { "content-type": "application/xml" })
        .end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
      return;
    }
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    sendFile(request, response, content, etag, { paceMs: this.paceMs, ...fault });
  }
}

function sendJson(
  response: http.ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(value));
}

function sendError(
  response: http.ServerResponse,
  status: number,
  code: string | null,
  message: string,
): void {
  const headers = {
    ...(code === null ? {} : { "x-error-code": code }),
    "x-error-message": message,
  };
  sendJson(response, status, { error: message }, headers);
}
