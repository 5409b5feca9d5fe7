import { readlinkSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { isPictureType } from "../../../contract/pictures.ts";
import { installNetworkGuard } from "../../egress/guard.ts";
import { detectType } from "../readers/detectType.ts";
import { openPdfToDraw, type OpenPdf } from "../readers/pdf/openPdf.ts";
import { decodePicture } from "./decodePicture.ts";
import { recognizedPage } from "./recognizedPage.ts";
import type {
  Recognized,
  RecognizerMessage,
  RecognizerSetup,
  RecognizerTask,
} from "./recognizerMessages.ts";
import { recognizePicture } from "./recognizePicture.ts";
import { renderPdfPage, type DrawnPage } from "./renderPdfPage.ts";
import { Tesseract } from "./Tesseract.ts";

const port = parentPort;
if (!port) throw new Error("The recogniser runs in a worker thread.");

function send(message: RecognizerMessage): void {
  port?.postMessage(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Whatever a page asks for from outside stays outside.
installNetworkGuard({
  process: "reader",
  onRefused: (record) => send({ type: "refused", record }),
});
yieldToOthers();

const { assets, pdfjsDir } = workerData as RecognizerSetup;
try {
  const tesseract = await Tesseract.load(assets);
  port.on("message", (task: RecognizerTask) => {
    recognize(tesseract, task).then(
      (result) => send({ type: "done", result }),
      (error: unknown) => send({ type: "failed", reason: reasonOf(error) }),
    );
  });
  send({ type: "ready" });
} catch (error) {
  send({ type: "unusable", reason: reasonOf(error) });
}

/** The PDF of the last task, kept open for its next page. */
let open: { key: string; pdf: OpenPdf } | null = null;

async function recognize(tesseract: Tesseract, task: RecognizerTask): Promise<Recognized> {
  const { image, dpi, pointsPerPixel } = await draw(task);
  const seen = recognizePicture(tesseract, image, dpi);
  return { ...recognizedPage(seen, pointsPerPixel), confidence: seen.confidence };
}

async function draw({ path, password, page }: RecognizerTask): Promise<DrawnPage> {
  const { mtimeMs, size } = await fs.stat(path);
  const key = `${mtimeMs} ${size} ${path}`;
  if (open?.key !== key) {
    await open?.pdf.dispose();
    open = null;
    const bytes = new Uint8Array(await fs.readFile(path));
    if (isPictureType(detectType(bytes, basename(path)))) return await decodePicture(bytes);
    open = { key, pdf: await openPdfToDraw(bytes, { password, pdfjsDir }) };
  }
  return await renderPdfPage(open.pdf.document, page);
}

/**
 * Recognising takes seconds of a core for a page; a chat must not wait for it. Linux gives each
 * thread a priority of its own; elsewhere the threads stay equal.
 */
function yieldToOthers(): void {
  if (process.platform !== "linux") return;
  const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  if (Number.isInteger(thread)) os.setPriority(thread, os.constants.priority.PRIORITY_LOW);
}
