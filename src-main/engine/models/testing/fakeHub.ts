import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

export type HubFile = {
  content: Buffer;
  /** Large files are answered by a redirect to another host, small ones directly. */
  isLarge: boolean;
  /** What the hub says that a large file hashes to, if not the truth. */
  statedSha256?: string;
};

/**
 * Imitates Hugging Face: `/{repository}/resolve/{revision}/{file}` answers small files itself and
 * sends for large ones to a signed address on another host, naming their SHA-256 in X-Linked-ETag.
 */
export class FakeHub implements AsyncDisposable {
  /** By path, such as `/owner/name/resolve/main/file`. */
  readonly files = new Map<string, HubFile>();
  /** Paths asked of the hub and of its delivery host. */
  readonly requests: string[] = [];
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

  get url(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #answerHub(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname } = new URL(request.url ?? "/", this.url);
    this.requests.push(`hub ${pathname}`);
    const file = this.files.get(pathname);
    if (file === undefined) {
      response
        .writeHead(404, { "x-error-code": "EntryNotFound", "content-type": "text/plain" })
        .end("Entry not found");
      return;
    }
    const { content, isLarge } = file;
    const commit = { "x-repo-commit": "ab810cf68114990406fdf996510dd3d3c6adbdf5" };
    if (!isLarge) {
      const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
      response.writeHead(200, { ...commit, etag, "content-length": content.length }).end(content);
      return;
    }
    const sha256 = file.statedSha256 ?? createHash("sha256").update(content).digest("hex");
    const { port } = this.#cdn.address() as AddressInfo;
    const signed = `http://127.0.0.1:${port}${pathname}?X-Amz-Expires=3600&X-Amz-Signature=s3cr3t`;
    response
      .writeHead(302, {
        ...commit,
        location: signed,
        "x-linked-size": content.length,
        "x-linked-etag": `"${sha256}"`,
        "content-type": "text/plain",
      })
      .end("Found. Redirecting");
  }

  #answerCdn(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    this.requests.push(`cdn ${pathname} ${request.headers.range ?? ""}`.trim());
    const content = this.files.get(pathname)?.content;
    if (content === undefined || searchParams.get("X-Amz-Signature") !== "s3cr3t") {
      response.writeHead(403).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? "")?.[1] ?? 0);
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    response
      .writeHead(from === 0 ? 200 : 206, {
        etag,
        "content-length": content.length - from,
        ...(from === 0
          ? {}
          : { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }),
      })
      .end(content.subarray(from));
  }
}
