import { PortEvents, type Port } from "./Port.ts";

/**
 * A pair of ports in one process. Each frame is cloned and delivered later, as between processes,
 * so that what cannot be cloned or depends on order of calls fails here too.
 */
export function memoryPortPair(): [Port, Port] {
  const left = new PortEvents();
  const right = new PortEvents();
  const close = (): void => {
    queueMicrotask(() => {
      left.closedNow();
      right.closedNow();
    });
  };
  const end = (own: PortEvents, other: PortEvents): Port => ({
    send(frame) {
      if (own.closed) return;
      const copy: unknown = structuredClone(frame);
      queueMicrotask(() => {
        if (!other.closed) other.deliver(copy);
      });
    },
    onFrame: (receiver) => own.setReceiver(receiver),
    onClose: (listener) => own.onClose(listener),
    close,
  });
  return [end(left, right), end(right, left)];
}
