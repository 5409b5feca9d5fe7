import type { EvalQuestion, EvalSetKind } from "../../../../contract/evals.ts";

/** A document that a set brings with it. Its name is what questions name as their gold document. */
export interface SetFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Questions, with the documents that they are put to; without any, they are for the user's library. */
export interface BuiltSet {
  readonly id: string;
  readonly name: string;
  readonly kind: EvalSetKind;
  readonly questions: readonly EvalQuestion[];
  readonly files: readonly SetFile[];
}
