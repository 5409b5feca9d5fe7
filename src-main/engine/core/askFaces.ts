import type { Face } from "../../rpc/RpcServer.ts";

/** The first answer of a face that has what is asked for; null where none has. */
export async function askFaces<T, R>(
  faces: readonly Face[],
  ask: (face: Face) => Promise<T>,
  answerOf: (reply: T) => R | null,
): Promise<R | null> {
  for (const face of faces) {
    const answer = answerOf(await ask(face));
    if (answer !== null) return answer;
  }
  return null;
}
