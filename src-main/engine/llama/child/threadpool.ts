import koffi from "koffi";
import { nativeStructs, type Libllama } from "./libllama.ts";

const threadpoolNew = koffi.proto("void *hearth_threadpool_new(void *params)");

/** How patiently a pool's threads spin for the next graph before they sleep, from 0 to 100. */
export const poolPatience = {
  /** Some milliseconds: between two tokens sleeping and waking would cost more. */
  betweenTokens: 5,
  /** After a long step nothing comes at once, and a thread that spins takes a core from a chat. */
  none: 0,
} as const;

/**
 * One pool of ggml threads for the life of the process. Without it ggml makes and joins threads for
 * every graph, which costs about a sixth of the decoding speed. Null where the CPU backend has none.
 *
 * @param patience see {@link poolPatience}; ggml's own 50 spins for a third of a second
 */
export function createThreadpool(
  library: Libllama,
  threads: number,
  patience: number = poolPatience.betweenTokens,
): bigint | null {
  const registration = library.backendRegistration("CPU");
  const create = registration && library.backendProcAddress(registration, "ggml_threadpool_new");
  if (!create) return null;
  const type = nativeStructs.ggml_threadpool_params;
  const params: bigint = koffi.alloc(type, 1);
  koffi.encode(params, type, {
    cpumask: Array.from({ length: 512 }, () => false),
    n_threads: threads,
    prio: 0,
    poll: patience,
    strict_cpu: false,
    paused: false,
  });
  try {
    return koffi.call(create, threadpoolNew, params);
  } finally {
    koffi.free(params);
  }
}
