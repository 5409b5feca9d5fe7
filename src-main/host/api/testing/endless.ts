import { HearthError } from "../../../contract/errors.ts";
import type { FakeHandlers } from "./fakeEngine.ts";

/** A model that writes until it is stopped. */
export function endless(): { handler: FakeHandlers["generate.run"]; running: () => number } {
  let running = 0;
  return {
    running: () => running,
    handler: (_input, emit, { signal }) =>
      new Promise((_resolve, reject) => {
        running++;
        const timer = setInterval(() => emit({ type: "delta", text: "x" }), 5);
        signal.addEventListener("abort", () => {
          clearInterval(timer);
          running--;
          reject(new HearthError({ code: "cancelled", title: "Stopped." }));
        });
      }),
  };
}
