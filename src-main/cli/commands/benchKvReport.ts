import type { GenerationStats } from "../../contract/chat.ts";

/** The KV memory at one moment. */
export interface KvSample {
  /** Since the chats began. */
  ms: number;
  cellsUsed: number;
  cells: number;
  bytesUsed: number;
  bytes: number;
  running: number;
  waiting: number;
}

export interface KvReport {
  samples: KvSample[];
  /** Allocated cells. */
  cells: number;
  bytes: number;
  /** Cells that hold the tokens of all chats when what they have in common is stored once. */
  neededCells: number;
  peakCells: number;
  /** Chats at once at the peak of the load. */
  peakRunning: number;
  /**
   * Share of the allocated cells that was lost to reservation, fragmentation or doubling: by how much
   * the cells in use at the peak differ from what the chats needed.
   */
  lostShare: number;
  /** What would be lost if each chat had a whole context reserved. */
  fixedContextLostShare: number;
  /** Prompt tokens that were run through the model, and those that were there already. */
  evaluatedTokens: number;
  sharedTokens: number;
}

export interface ChatPlanInput {
  chats: number;
  /** Cells of the whole cache. */
  cells: number;
  /** The most tokens of one chat. */
  contextTokens: number;
  prefixTokens: number;
  /** What a chat takes beside prefix and own words: template and answer. */
  addedTokens: number;
  /** How much of the cache all chats need together. */
  fill: number;
}

/**
 * Words of each chat beside the common prefix: the second twice as many as the first, and so on, so
 * that all together need the wanted share of the cache. A chat that would not fit into a context of
 * its own is cut to it.
 */
export function planChats(input: ChatPlanInput): { ownWords: number[] } {
  const { chats, cells, contextTokens, prefixTokens, addedTokens, fill } = input;
  const budget = fill * cells - prefixTokens - chats * addedTokens;
  const most = contextTokens - prefixTokens - addedTokens;
  const weights = (chats * (chats + 1)) / 2;
  const ownWords = Array.from({ length: chats }, (_, at) =>
    Math.max(1, Math.min(most, Math.floor((budget * (at + 1)) / weights))),
  );
  return { ownWords };
}

/** @throws RangeError without a sample */
export function kvReport(input: {
  samples: readonly KvSample[];
  chats: readonly GenerationStats[];
  prefixTokens: number;
  contextTokens: number;
}): KvReport {
  const { samples, chats, prefixTokens, contextTokens } = input;
  const peak = samples.reduce<KvSample | undefined>(
    (best, sample) => (best && best.cellsUsed >= sample.cellsUsed ? best : sample),
    undefined,
  );
  if (!peak) throw new RangeError("Nothing was seen of the KV memory.");
  // The last token of an answer is never read again, so it needs no cell.
  const tokensOf = (chat: GenerationStats): number =>
    chat.promptTokens + Math.max(0, chat.tokens - 1);
  const common = commonTokens(prefixTokens, chats);
  const neededCells =
    common + chats.reduce((sum, chat) => sum + Math.max(0, tokensOf(chat) - common), 0);
  const holdable = Math.min(neededCells, peak.cells);
  const sharedTokens = chats.reduce((sum, chat) => sum + chat.reusedTokens, 0);
  const reserved = chats.length * contextTokens;
  return {
    samples: [...samples],
    cells: peak.cells,
    bytes: peak.bytes,
    neededCells,
    peakCells: peak.cellsUsed,
    peakRunning: Math.max(...samples.map((sample) => sample.running)),
    lostShare: Math.abs(holdable - peak.cellsUsed) / peak.cells,
    fixedContextLostShare: 1 - Math.min(1, neededCells / reserved),
    evaluatedTokens: chats.reduce((sum, chat) => sum + chat.promptTokens, 0) - sharedTokens,
    sharedTokens,
  };
}

/**
 * The probe's prompt ends with words of the template that no chat continues. What the engine itself
 * found to be common is exact, unless it shared too little.
 */
function commonTokens(prefixTokens: number, chats: readonly GenerationStats[]): number {
  const reused = Math.max(...chats.map((chat) => chat.reusedTokens));
  const found = reused >= 0.9 * prefixTokens ? reused : prefixTokens;
  return Math.min(found, prefixTokens, ...chats.map((chat) => chat.promptTokens));
}
