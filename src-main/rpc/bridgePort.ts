import { PortEvents, type Port } from "./Port.ts";

/** The functions that the preload script puts into the page for talking to the engine. */
export interface EngineBridge {
  postFrame(frame: unknown): void;
  onFrame(receiver: (frame: unknown) => void): void;
  onEngineClosed(listener: () => void): void;
  openEngine(): void;
  closeEngine(): void;
}

/** The page's end of the connection that Electron's main process relays to the engine. */
export function bridgePort(bridge: EngineBridge): Port {
  const events = new PortEvents();
  bridge.onFrame((frame) => events.deliver(frame));
  bridge.onEngineClosed(() => events.closedNow());
  bridge.openEngine();
  return {
    send(frame) {
      if (!events.closed) bridge.postFrame(frame);
    },
    onFrame: (receiver) => events.setReceiver(receiver),
    onClose: (listener) => events.onClose(listener),
    close: () => bridge.closeEngine(),
  };
}
