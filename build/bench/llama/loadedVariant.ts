import fs from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { variantsInMaps } from "./parse.ts";

/** Which CPU variant of the library each side was seen to have loaded. */
export class VariantLog {
  readonly ours = new Set<string>();
  readonly theirs = new Set<string>();

  /** Looks at a process of one side. Linux only. */
  async look(side: "ours" | "theirs", pid: number): Promise<boolean> {
    // It may have ended since.
    const maps = await fs.readFile(`/proc/${pid}/maps`, "utf8").catch(() => "");
    const found = variantsInMaps(maps);
    for (const name of found) this[side].add(name);
    return found.length > 0;
  }

  /** Looks at a process until it has loaded one, for at most half a minute. */
  async watch(side: "ours" | "theirs", pid: number, signal: AbortSignal): Promise<void> {
    for (let look = 0; look < 300 && !signal.aborted; look++) {
      if (await this.look(side, pid)) return;
      await sleep(100);
    }
  }
}
