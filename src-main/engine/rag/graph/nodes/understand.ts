import { routeOf } from "../understand/routeOf.ts";
import { standalone } from "../understand/standalone.ts";
import type { AnswerNode } from "../runNode.ts";

/** Makes the question stand alone and chooses the way, both in code. */
export const understand: AnswerNode = (run, { ask }) => {
  const { text, changed } = standalone(ask.question, run.history);
  const route = routeOf(text);
  return {
    standalone: text,
    route,
    queries: [text],
    step: { note: changed ? `asked as: ${text}` : "" },
  };
};
