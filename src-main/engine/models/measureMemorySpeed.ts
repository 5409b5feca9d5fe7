import { Worker } from "node:worker_threads";

const measureMs = 250;
/** Well beyond what caches hold, all threads together; each has two blocks. */
const allBytes = 256 * 2 ** 20;
const mostBlockBytes = 48 * 2 ** 20;

/** What each thread runs: it copies one block over another until its time is over. */
const copyForever = `
const { parentPort, workerData } = require("node:worker_threads");
const source = new Float64Array(workerData.bytes / 8).fill(1);
const target = new Float64Array(workerData.bytes / 8).fill(2);
parentPort.on("message", () => {
  const begun = performance.now();
  let copied = 0;
  do {
    target.set(source);
    copied += workerData.bytes;
  } while (performance.now() - begun < workerData.ms);
  parentPort.postMessage({ copied, ms: performance.now() - begun });
});
parentPort.postMessage("ready");
`;

/**
 * Bytes that so many threads together move through memory in a second, reads and writes both counted. Takes
 * a third of a second, and half a gigabyte at most.
 */
export async function measureMemorySpeed(threads: number): Promise<number> {
  const bytes = 8 * Math.floor(Math.min(mostBlockBytes, allBytes / threads) / 8);
  const workers = Array.from(
    { length: threads },
    () => new Worker(copyForever, { eval: true, workerData: { bytes, ms: measureMs } }),
  );
  try {
    await Promise.all(workers.map((worker) => nextMessage(worker)));
    const answers = workers.map((worker) => nextMessage(worker));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    for (const worker of workers) worker.postMessage("go");
    const rates = (await Promise.all(answers)).map(rateOf);
    return 2 * rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function rateOf(answer: unknown): number {
  const { copied, ms } = answer as { copied: number; ms: number };
  return (1000 * copied) / ms;
}
