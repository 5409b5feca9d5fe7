import type { Socket } from "node:net";
import { PortEvents, type Port } from "./Port.ts";

/** A frame larger than this is taken for damage or an attack, and ends the connection. */
const maxFrameBytes = 64 * 1024 * 1024;
const newline = 0x0a;

/** Frames as lines of JSON over a stream socket (a Unix socket or a named pipe). */
export function socketPort(socket: Socket): Port {
  const events = new PortEvents();
  let parts: Buffer[] = [];
  let partBytes = 0;
  socket.setNoDelay(true);
  socket.on("data", (data: Buffer) => {
    let start = 0;
    for (let at = data.indexOf(newline); at >= 0; at = data.indexOf(newline, start)) {
      parts.push(data.subarray(start, at));
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      partBytes = 0;
      start = at + 1;
      let frame: unknown;
      try {
        frame = JSON.parse(line);
      } catch {
        // A peer that does not speak JSON is no peer; the close tells both sides.
        socket.destroy();
        return;
      }
      events.deliver(frame);
    }
    if (start < data.length) {
      parts.push(data.subarray(start));
      partBytes += data.length - start;
      if (partBytes > maxFrameBytes) socket.destroy();
    }
  });
  // An error is always followed by "close", which is what the other layers act on.
  socket.on("error", () => {});
  socket.on("close", () => events.closedNow());
  return {
    send(frame) {
      if (!socket.destroyed && socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
    },
    onFrame: (receiver) => events.setReceiver(receiver),
    onClose: (listener) => events.onClose(listener),
    close: () => socket.end(),
  };
}
