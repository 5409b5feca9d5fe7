import os from "node:os";
import type { BenchRun } from "../../contract/bench.ts";

/** What measurements on this machine depend on. */
export function machineHere(): BenchRun["machine"] {
  const cores = os.cpus();
  return {
    processor: cores[0]?.model.trim() ?? "",
    cores: cores.length,
    memoryBytes: os.totalmem(),
  };
}
