/**
 * Entry of a llama process: plain Node, one model, driven over Node's child-process channel. It ends
 * when its parent closes that channel or dies.
 */
import { toErrorData } from "../../../contract/errors.ts";
import { installNetworkGuard } from "../../egress/guard.ts";
import { answerQuestion } from "./answerQuestion.ts";
import { makeStderrBlocking } from "./blockingStderr.ts";
import { ChildServer } from "./ChildServer.ts";
import type { ChildQuestion, FromChild, ToChild } from "./protocol.ts";

const send = (message: FromChild): void => {
  // A closed channel means that the parent is gone; the disconnect event ends the process.
  if (process.connected) process.send?.(message);
};

/** Ends at once: native memory goes with the process, and a running step need not be waited for. */
const end = (exitCode: number): void => {
  if (!process.connected) process.exit(exitCode);
  process.removeAllListeners("disconnect");
  process.once("disconnect", () => process.exit(exitCode));
  // Disconnecting delivers what was sent before.
  process.disconnect();
};

makeStderrBlocking();

let generation = 0;
let go = (): void => {};
installNetworkGuard({
  process: "llama",
  onRefused: (record) => send({ type: "refused", generation, record }),
});

const server = new ChildServer(send, end);

// The parent has died. Leaving in good order could wait for native threads; nobody would end them.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// The parent decides when this process ends: Ctrl+C in a terminal reaches the whole group.
process.on("SIGINT", () => undefined);
process.on("message", (message: ToChild) => {
  generation = message.generation;
  if (message.type === "ask") void answer(message.question);
  else if (message.type === "go") go();
  else void server.receive(message);
});

/** Asks for the cores. Only a question that takes turns does so, and it has one turn at a time. */
function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    go = resolve;
    send({ type: "turn", generation });
  });
}

async function answer(question: ChildQuestion): Promise<void> {
  try {
    const onProgress = (fraction: number): void => send({ type: "progress", generation, fraction });
    send({
      type: "answer",
      generation,
      answer: await answerQuestion(question, onProgress, takeTurn),
    });
  } catch (error) {
    send({ type: "loadFailed", generation, error: toErrorData(error) });
    end(1);
  }
}
