import type { AskEvent, GroundedAnswer } from "../../../contract/search.ts";
import type { AskRequest } from "../../rag/AnswerService.ts";
import type { DocumentFiles } from "../../library/DocumentFiles.ts";
import type { PassageIndex } from "../../library/PassageIndex.ts";
import type { PassageRetriever } from "../../retrieval/PassageRetriever.ts";

/** Answers a question from documents: the product's own way. */
export interface Answers {
  answer(
    request: AskRequest,
    emit: (event: AskEvent) => void,
    signal: AbortSignal,
  ): Promise<GroundedAnswer>;
}

/** Makes the service that answers from a library, as the engine does for the user's. */
export type MakeAnswers<A extends Answers = Answers> = (library: {
  readonly retriever: PassageRetriever;
  readonly passages: PassageIndex;
  readonly files: DocumentFiles;
}) => A;

/** A library that questions are put to: the user's, or one that is made for a set and thrown away. */
export interface EvalLibrary extends AsyncDisposable {
  readonly answers: Answers;
  readonly retriever: Pick<PassageRetriever, "retrieve">;
  readonly documents: number;
}
