import type { CheckpointRepository, Remote } from "../../store/protocol.ts";
import type { StoreSaver } from "./StoreSaver.ts";

/** The saver over Hearth's database. Its library is loaded only once somebody runs a graph. */
export async function openSaver(checkpoints: Remote<CheckpointRepository>): Promise<StoreSaver> {
  const { StoreSaver } = await import("./StoreSaver.ts");
  return new StoreSaver(checkpoints);
}
