import { totalmem } from "node:os";
import type { BackendActivity } from "../InferenceBackend.ts";
import { BatchScheduler } from "./BatchScheduler.ts";
import { isDivisible } from "./createContext.ts";
import { KvCache } from "./KvCache.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import type { ModelDrafter } from "./ModelDrafter.ts";
import { NativeBatch } from "./NativeBatch.ts";
import type { ChildLoadOptions } from "./protocol.ts";
import { stateFolderOf } from "./stateFolderOf.ts";
import { StateShelf } from "./StateShelf.ts";

/** States of idle conversations in memory: half of what the cache itself takes, within these. */
const shelfShare = 1 / 2;
const leastShelfBytes = 64 * 2 ** 20;
const mostShelfShare = 1 / 8;
const leastDiskTokens = 512;
const shelfDiskBytes = 2 ** 30;

/** The parts that only a chat model has. */
export interface ChatParts {
  readonly context: LlamaContext;
  readonly cache: KvCache;
  readonly shelf: StateShelf;
  readonly scheduler: BatchScheduler;
}

/**
 * @param drafter a small model that guesses ahead; null where there is none
 * @param version of the library: states of another one are not read
 */
export async function openChat(
  library: Libllama,
  model: bigint,
  context: LlamaContext,
  drafter: ModelDrafter | null,
  options: ChildLoadOptions,
  version: string,
  onActivity: (activity: BackendActivity) => void,
): Promise<ChatParts> {
  const { memory, contextTokens: cells, sequences } = context;
  if (memory === null) throw new Error("A chat context has its memory.");
  const kvBytesPerCell = await measureCell(library, model, context);
  const memoryBytes = Math.min(
    Math.max(leastShelfBytes, cells * kvBytesPerCell * shelfShare),
    totalmem() * mostShelfShare,
  );
  const shelf = await StateShelf.open({
    folder: stateFolderOf(options, version),
    memoryBytes,
    diskBytes: shelfDiskBytes,
    leastDiskTokens,
  });
  const cache = new KvCache({
    library,
    context: context.pointer,
    memory,
    cells,
    sequences,
    divisible: isDivisible(library, model),
    shelf,
  });
  const scheduler = new BatchScheduler({
    context,
    cache,
    places: sequences,
    drafter,
    kvBytesPerCell,
    onActivity,
  });
  return { context, cache, shelf, scheduler };
}

/** Bytes that one token takes in the cache, read from the state of a sequence that has one more. */
async function measureCell(
  library: Libllama,
  model: bigint,
  context: LlamaContext,
): Promise<number> {
  const { memory, pointer } = context;
  if (memory === null || !isDivisible(library, model)) return 0;
  const size = (): number => Number(library.stateSize(pointer, 0));
  const before = size();
  using batch = new NativeBatch(context.batchTokens);
  batch.add(Math.max(0, library.vocabBos(library.modelVocab(model))), 0, 0, true);
  const outcome = await context.decode(batch);
  const bytes = outcome === "done" ? size() - before : 0;
  library.memoryClear(memory, false);
  return bytes;
}
