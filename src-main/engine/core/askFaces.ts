import { setTimeout as sleep } from "node:timers/promises";
import type { Face } from "../../rpc/RpcServer.ts";

/** A key store may ask its user first; a face that is frozen never answers. */
const usualPatienceMs = 30_000;

/** The first answer of a face that has what is asked for; null where none has, or none answers. */
export async function askFaces<T, R>(
  faces: readonly Face[],
  ask: (face: Face) => Promise<T>,
  answerOf: (reply: T) => R | null,
  patienceMs = usualPatienceMs,
): Promise<R | null> {
  for (const face of faces) {
    const patience = new AbortController();
    const silence = sleep(patienceMs, null, { signal: patience.signal, ref: false });
    // It is ended when the answer has come.
    silence.catch(() => undefined);
    const reply = await Promise.race([ask(face), silence]);
    patience.abort();
    const answer = reply === null ? null : answerOf(reply);
    if (answer !== null) return answer;
  }
  return null;
}
