import { PortEvents, type Port } from "./Port.ts";

/** What the browser's WebSocket and the one of the `ws` package have in common. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
}

const connecting = 0;
const open = 1;

/** Frames as text messages of JSON. What is sent before the socket is open waits for it. */
export function webSocketPort(socket: WebSocketLike): Port {
  const events = new PortEvents();
  const waiting: string[] = [];
  socket.addEventListener("open", () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  socket.addEventListener("message", (event) => {
    let frame: unknown;
    try {
      frame = JSON.parse(String(event.data));
    } catch {
      socket.close();
      return;
    }
    events.deliver(frame);
  });
  // An error is always followed by "close", which is what the other layers act on.
  socket.addEventListener("error", () => {});
  socket.addEventListener("close", () => events.closedNow());
  return {
    send(frame) {
      const text = JSON.stringify(frame);
      if (socket.readyState === open) socket.send(text);
      else if (socket.readyState === connecting) waiting.push(text);
    },
    onFrame: (receiver) => events.setReceiver(receiver),
    onClose: (listener) => events.onClose(listener),
    close: () => socket.close(),
  };
}
