import type { Socket } from "node:net";
import { toErrorData } from "../contract/errors.ts";
import { parseJson } from "../contract/parseJson.ts";
import { clientFrameSchema, serverFrameSchema } from "../rpc/frames.ts";
import { answerHost, type HostHandlers } from "../rpc/RpcClient.ts";

/** Largest frame that a page may send, in UTF-16 units. Uploads come in slices of about 1.4 million. */
export const maxPageFrameLength = 32 * 1024 * 1024;
/** A frame of the engine beyond this is taken for damage, in bytes. */
const maxEngineFrameBytes = 64 * 1024 * 1024;

export interface EngineRelayOptions {
  socket: Socket;
  /** Sends one frame, as JSON text, to the page. */
  toPage: (text: string) => void;
  /** Called once, when the engine's side has closed. */
  onClose: () => void;
  /** What the process between engine and page does for the engine. The page is never asked. */
  host?: HostHandlers;
}

/**
 * Relays frames between a page and the engine as text. Frames of the engine pass unread, except
 * that its requests to the face are answered here. Frames of the page are not trusted: they must be
 * whole, small enough and of a kind that a page may send, so no page can answer for the face.
 */
export class EngineRelay {
  readonly #socket: Socket;
  readonly #options: EngineRelayOptions;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(options: EngineRelayOptions) {
    this.#socket = options.socket;
    this.#options = options;
    const { socket } = options;
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer) => this.#fromEngine(data));
    // An error is always followed by "close".
    socket.on("error", () => {});
    if (socket.destroyed) queueMicrotask(options.onClose);
    else socket.once("close", () => options.onClose());
  }

  /**
   * Takes a frame of the page.
   * @returns false where it is none that a page may send; the caller ends such a page's connection
   */
  fromPage(text: unknown): boolean {
    if (typeof text !== "string" || text.length > maxPageFrameLength) return false;
    const frame = parseJson(text);
    const type = typeof frame === "object" && frame !== null && "type" in frame ? frame.type : "";
    if (type !== "hello" && type !== "request" && type !== "cancel") return false;
    // A malformed request is the engine's to answer; what is sent on is one line in any case.
    const parsed = clientFrameSchema.safeParse(frame);
    this.#write(JSON.stringify(parsed.success ? parsed.data : frame));
    return true;
  }

  /** Holds the engine's frames back while the page is slow to take them. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.end();
  }

  #write(line: string): void {
    if (this.#socket.writable) this.#socket.write(`${line}\n`);
  }

  #fromEngine(data: Buffer): void {
    let start = 0;
    for (let at = data.indexOf(0x0a); at >= 0; at = data.indexOf(0x0a, start)) {
      this.#parts.push(data.subarray(start, at));
      const line = Buffer.concat(this.#parts).toString("utf8");
      this.#parts = [];
      this.#partBytes = 0;
      start = at + 1;
      this.#engineFrame(line);
    }
    if (start === data.length) return;
    this.#parts.push(data.subarray(start));
    this.#partBytes += data.length - start;
    if (this.#partBytes > maxEngineFrameBytes) this.#socket.destroy();
  }

  #engineFrame(line: string): void {
    // JSON.stringify writes these letters as they are, so a line without them is no such request.
    if (line.includes('"hostRequest"')) {
      const parsed = serverFrameSchema.safeParse(parseJson(line));
      if (parsed.success && parsed.data.type === "hostRequest") {
        void this.#answer(parsed.data.id, parsed.data.capability, parsed.data.input);
        return;
      }
    }
    this.#options.toPage(line);
  }

  async #answer(id: number, capability: string, input: unknown): Promise<void> {
    try {
      const data = await answerHost(this.#options.host ?? {}, capability, input);
      this.#write(JSON.stringify({ type: "hostReply", id, data }));
    } catch (error) {
      this.#write(JSON.stringify({ type: "hostError", id, error: toErrorData(error) }));
    }
  }
}
