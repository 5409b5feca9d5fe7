import { open } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { HearthError } from "../../../contract/errors.ts";
import { installNetworkGuard } from "../../egress/guard.ts";
import { crashError, unreadableError } from "./readerErrors.ts";
import type { ReaderMessage, ReaderReply, ReaderTask } from "./readerMessages.ts";
import { readBareText } from "./pdf/readBareText.ts";
import { readBytes } from "./readBytes.ts";
import type { ReadPage } from "./Reader.ts";

/** So many pages may be under way to the taker before the reader waits. */
const pagesAhead = 4;

const port = parentPort;
if (!port) throw new Error("The reader runs in a worker thread.");

/** Counts the pages under way and lets the reader wait while there are too many. */
const way = {
  untaken: 0,
  wake: (): void => undefined,
  async room(): Promise<void> {
    while (this.untaken >= pagesAhead) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  },
};
port.on("message", (reply: ReaderReply) => {
  if (reply.type === "read") {
    void read(reply.task);
    return;
  }
  way.untaken--;
  way.wake();
});

function send(message: ReaderMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function sendPage(page: ReadPage, pageCount: number): Promise<void> {
  await way.room();
  way.untaken++;
  const { start, end, x, y, width, height } = page.words;
  const buffers = [start, end, x, y, width, height].map((column) => column.buffer);
  send(
    { type: "page", page, pageCount },
    buffers.filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer),
  );
}

async function load(task: ReaderTask): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(task.path, "r").catch((error: unknown) => {
    throw unreadableError(error);
  });
  try {
    const { size } = await file.stat();
    if (size > task.maxBytes) {
      const megabytes = (bytes: number): string =>
        `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
      throw new HearthError({
        code: "file-too-large",
        title: "This file is too large.",
        cause: `It has ${megabytes(size)}; Hearth reads files up to ${megabytes(task.maxBytes)}.`,
        suggestion: "Split it into smaller files and add those.",
      });
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, size - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at === size ? bytes : bytes.slice(0, at);
  } finally {
    await file.close();
  }
}

// A document may ask for things from outside; whatever reads it cannot fetch them.
installNetworkGuard({
  process: "reader",
  onRefused: (record) => send({ type: "refused", record }),
});

async function read(task: ReaderTask): Promise<void> {
  try {
    const bytes = await load(task);
    const { password, pdfjsDir, maxPages, pictures } = task;
    const options = { password, pdfjsDir, maxPages, pictures };
    const summary =
      task.bareText === true
        ? await readBareText(bytes, options)
        : await readBytes(bytes, task.fileName, sendPage, options);
    send({ type: "done", summary });
  } catch (error) {
    const told = error instanceof HearthError ? error : crashError(error);
    send({ type: "failed", error: told.toData() });
  }
}
