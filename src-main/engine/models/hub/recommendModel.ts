import type { CardFit, CatalogEntry, Recommendation, RoughFit } from "../../../contract/hub.ts";
import { judgeFit } from "../estimateMemory.ts";

/** What a machine has for models. */
export interface Machine {
  /** Of the computer in all. */
  memoryBytes: number;
  threads: number;
  /** The graphics device that models would run on, if there is one. */
  graphics: { name: string; memoryBytes: number } | null;
}

/** What is free for a model, where there is most. */
export interface Room {
  readonly threads: number;
  readonly freeBytes: number;
  /** Free on the graphics device that would be taken; 0 where there is none. */
  readonly graphicsBytes: number;
}

/** Bytes of one parameter in Q4_K_M, the usual choice: 4.8 bits, and some tensors that stay larger. */
const bytesPerParameter = 0.62;
/** A context of some thousand tokens, the work space and the process. */
const besidesBytes = 700e6;
/** The rest of the computer's memory is for other programs, and for documents. */
const memoryShare = 0.5;
/** A graphics device does little else. */
const graphicsShare = 0.85;
/** Billions of parameters per thread of a processor with which answers come about as fast as they are read. */
const billionsPerThread = 0.75;

export function neededBytes({ billions }: Pick<CatalogEntry, "billions">): number {
  return Math.round(billions * 1e9 * bytesPerParameter + besidesBytes);
}

/** The largest chat model of the list that suits a machine, and what kept it from being larger. */
export function recommendModel(
  entries: readonly CatalogEntry[],
  machine: Machine,
): Recommendation | null {
  const { memoryBytes, threads, graphics } = machine;
  const room = memoryBytes * memoryShare;
  const graphicsRoom = (graphics?.memoryBytes ?? 0) * graphicsShare;
  const chat = entries
    .filter(({ task }) => task === "chat")
    .toSorted((a, b) => b.billions - a.billions);
  let boundBy: Recommendation["boundBy"] = "nothing";
  for (const entry of chat) {
    const needed = neededBytes(entry);
    const onGraphics = graphics !== null && needed <= graphicsRoom;
    const isQuick = (entry.activeBillions ?? entry.billions) <= threads * billionsPerThread;
    if (onGraphics || (needed <= room && isQuick)) {
      const { repository, name } = entry;
      return {
        repository,
        name,
        neededBytes: needed,
        memoryBytes: onGraphics ? graphics.memoryBytes : memoryBytes,
        threads,
        graphics: onGraphics ? graphics.name : null,
        boundBy,
      };
    }
    boundBy = needed <= room ? "processor" : "memory";
  }
  return null;
}

/** Room for a context, as a share of the weights, before the header tells what it really takes. */
const contextShare = 0.12;
const processBytes = 300e6;

/** About whether a file of this size runs here. */
export function roughFit(bytes: number, freeBytes: number): RoughFit {
  const needed = Math.round(bytes * (1 + contextShare) + processBytes);
  return { neededBytes: needed, freeBytes, verdict: judgeFit(needed, freeBytes) };
}

/** About how a model of so many weights runs here in the usual quantization. */
export function cardFit(
  size: Pick<CatalogEntry, "billions" | "activeBillions">,
  { threads, freeBytes, graphicsBytes }: Room,
): CardFit {
  const needed = neededBytes(size);
  const onGraphics = needed <= graphicsBytes * graphicsShare;
  const isQuick = (size.activeBillions ?? size.billions) <= threads * billionsPerThread;
  return {
    neededBytes: needed,
    freeBytes,
    verdict: onGraphics ? "fits" : judgeFit(needed, freeBytes),
    quick: onGraphics || isQuick,
  };
}
