/**
 * One end of a connection that carries whole frames in order. Transports differ only in how they
 * implement this; all of them pass the suite in portConformance.ts.
 */
export interface Port {
  /** Queues a frame. After a close it does nothing: the other side is told by the close. */
  send(frame: unknown): void;
  /** Sets the one receiver. Frames that came before it was set are delivered at once. */
  onFrame(receiver: (frame: unknown) => void): void;
  /** Calls back once, when either side has closed. At once if that was already so. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Keeps frames until a receiver is set, and the close until a listener asks: shared by transports. */
export class PortEvents {
  #receiver: ((frame: unknown) => void) | undefined;
  #waiting: unknown[] = [];
  #closeListeners: (() => void)[] = [];
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  deliver(frame: unknown): void {
    if (this.#receiver) this.#receiver(frame);
    else this.#waiting.push(frame);
  }

  setReceiver(receiver: (frame: unknown) => void): void {
    this.#receiver = receiver;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const frame of waiting) receiver(frame);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListeners.push(listener);
  }

  closedNow(): void {
    if (this.#closed) return;
    this.#closed = true;
    const listeners = this.#closeListeners;
    this.#closeListeners = [];
    for (const listener of listeners) listener();
  }
}
