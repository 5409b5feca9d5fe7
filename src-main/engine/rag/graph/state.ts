import { Annotation } from "@langchain/langgraph";
import type { ChunkId } from "../../../contract/ids.ts";
import type { Citation, Receipt } from "../../../contract/search.ts";
import type { Route } from "./understand/routeOf.ts";
import {
  nothingSpoken,
  type Ask,
  type FoundPassage,
  type Outcome,
  type PackedEvidence,
  type PartNote,
  type Spoken,
  type WholePlan,
} from "./types.ts";

type Step = Receipt["steps"][number];

/** What the nodes of an answer hand on to each other, and what a checkpoint keeps. Plain JSON. */
export const AnswerState = Annotation.Root({
  ask: Annotation<Ask>,
  /** The question as it stands alone. */
  standalone: Annotation<string>,
  route: Annotation<Route>,
  /** Queries in the order of their retrieval; the first is the question. */
  queries: added<string>(),
  found: replaced<readonly FoundPassage[]>([]),
  /** There once it was graded; as `plan` is once whole documents were laid out. */
  evidence: Annotation<PackedEvidence>,
  /** Strength of the evidence with each query so far. */
  strengths: added<number>(),
  threshold: replaced<number>(0),
  citations: Annotation<readonly Citation[]>,
  /** The verbatim quote as the answer shows it. */
  opening: Annotation<string>,
  used: replaced<readonly ChunkId[]>([]),
  /** Why passages that were chosen are not in the prompt. */
  cuts: replaced<readonly { readonly chunkId: ChunkId; readonly reason: string }[]>([]),
  spoken: replaced<Spoken>(nothingSpoken),
  plan: Annotation<WholePlan>,
  /** One for each part that was read. */
  notes: added<PartNote>(),
  remarks: added<string>(),
  steps: added<Step>(),
  outcome: Annotation<Outcome>,
});

export type State = typeof AnswerState.State;
export type Update = typeof AnswerState.Update;

/** A value that is there from the beginning. */
function replaced<T>(first: T) {
  return Annotation<T>({ reducer: (_before, next) => next, default: () => first });
}

/** A list that grows by what each node adds. */
function added<T>() {
  return Annotation<readonly T[], readonly T[]>({
    reducer: (before, more) => [...before, ...more],
    default: () => [],
  });
}
