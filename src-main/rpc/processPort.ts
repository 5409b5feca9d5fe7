import { PortEvents, type Port } from "./Port.ts";

/** One end of the channel between a Node process and a child that it has started with one. */
export interface ProcessChannel {
  readonly connected: boolean;
  send?(message: object, callback?: (error: Error | null) => void): boolean;
  disconnect?(): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "disconnect", listener: () => void): unknown;
}

/**
 * Frames between a process and its child, each as `{frame}`, so that other messages can travel beside
 * them. Both ends take the same function: the parent gives the child, the child its own `process`.
 */
export function processPort(channel: ProcessChannel): Port {
  const events = new PortEvents();
  channel.on("message", (message) => {
    if (typeof message === "object" && message !== null && "frame" in message) {
      events.deliver(message.frame);
    }
  });
  channel.on("disconnect", () => events.closedNow());
  if (!channel.connected) events.closedNow();
  return {
    send(frame) {
      // A message that cannot be sent any more is told by the end of the channel.
      if (channel.connected) channel.send?.({ frame }, () => {});
    },
    onFrame: (receiver) => events.setReceiver(receiver),
    onClose: (listener) => events.onClose(listener),
    close() {
      if (channel.connected) channel.disconnect?.();
    },
  };
}
