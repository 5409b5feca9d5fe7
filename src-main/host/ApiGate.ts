import type { IncomingMessage, ServerResponse } from "node:http";
import { isApiPath, type Api } from "./api/Api.ts";
import { securityHeaders } from "./contentSecurityPolicy.ts";
import { plainAddress } from "./listen.ts";
import { judgeRequest, type Verdict } from "./originGuard.ts";
import { end, guarded, pathOf } from "./requestParts.ts";

/** Lets programs in to the API, past the origin guard, wherever the host listens. */
export class ApiGate {
  readonly #api: Api;
  readonly #port: number;

  constructor(api: Api, port: number) {
    this.#api = api;
    this.#port = port;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    for (const [name, value] of Object.entries(securityHeaders())) response.setHeader(name, value);
    response.setHeader("Cache-Control", "no-store");
    const verdict = this.#judge(request);
    if (!verdict.allowed) return this.#api.refuse(request, response, path, verdict.reason);
    if (isApiPath(path)) return await this.#api.answer(request, response, path);
    end(response, 404, "This is Hearth's API for programs. Its addresses begin with /v1/.");
  }

  /**
   * Programs show their key in a header that no page of another site can send unasked. They may name
   * this computer by the address at which they reach it: no page can take that for its own name.
   */
  #judge(request: IncomingMessage): Verdict {
    const reached = plainAddress(request.socket.localAddress);
    return judgeRequest({
      ...guarded(request),
      port: this.#port,
      addresses: reached === undefined ? [] : [reached],
      opensSocket: false,
      hasKey: true,
    });
  }
}
