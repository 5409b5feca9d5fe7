/**
 * Entry of the process that measures the search index: one task, given as JSON in the first argument,
 * and one answer over Node's child-process channel.
 */
import { toErrorData } from "../../../contract/errors.ts";
import { indexBenchTaskSchema, type IndexBenchMessage } from "../../../contract/indexBench.ts";
import { runIndexTask } from "./runIndexTask.ts";

const send = async (message: IndexBenchMessage): Promise<void> => {
  await new Promise<void>((resolve) => {
    // A closed channel means that nobody waits for the answer any more.
    if (!process.send?.(message, () => resolve())) resolve();
  });
};

// The parent is gone, or does not want the answer any more.
process.on("disconnect", () => process.exit(1));

try {
  const task = indexBenchTaskSchema.parse(JSON.parse(process.argv[2] ?? ""));
  const answer = await runIndexTask(task, (line) => void send({ type: "progress", line }));
  await send({ type: "answer", answer });
} catch (error) {
  const { title, cause } = toErrorData(error);
  await send({ type: "failed", title, ...(cause === undefined ? {} : { cause }) });
}
process.exit(0);
