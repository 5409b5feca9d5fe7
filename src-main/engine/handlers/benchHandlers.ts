import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names = "bench.state" | "bench.run" | "bench.cancel" | "bench.delete" | "bench.restore";

export function benchHandlers({ bench }: Engine): SomeHandlers<Names> {
  return {
    "bench.state": () => bench.state,
    "bench.run": ({ modelId, repeats }, emit, { signal }) =>
      bench.run(modelId, repeats, emit, signal),
    "bench.cancel": async () => {
      await bench.cancel();
      return {};
    },
    "bench.delete": async ({ ids }) => {
      await bench.delete(ids);
      return {};
    },
    "bench.restore": async ({ ids }) => {
      await bench.restore(ids);
      return {};
    },
  };
}
