import type { HearthError } from "../../../contract/errors.ts";
import type { FileCursor } from "./FileCursor.ts";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";

/** Says what a file is that does not begin as GGUF does. */
export async function recogniseOther(cursor: FileCursor): Promise<HearthError> {
  const start = await cursor.startOfFile(512);
  const first = start.toString("latin1", 0, 4);
  const text = start.toString("latin1").trimStart().toLowerCase();
  if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
    return damagedModel("It is a web page: the download was answered by an error or login page.");
  }
  if (text.startsWith("version https://git-lfs")) {
    return damagedModel("It is a Git LFS pointer: a note of where the model is, not the model.");
  }
  if (text.startsWith("{")) {
    return damagedModel("It is a JSON text: the download was answered by an error message.");
  }
  if (start[8] === 0x7b) return unsupportedModel("It looks like a safetensors file.");
  if (text.startsWith("pk\u0003\u0004")) return unsupportedModel("It is a zip archive.");
  if (first === "FUGG") return unsupportedModel("It was made for big-endian computers.");
  if (["lmgg", "tjgg", "fmgg", "algg"].includes(first)) {
    return unsupportedModel("It has the old GGML format that came before GGUF.");
  }
  if (/^\0+$/u.test(text)) return damagedModel("It begins with zeros: it was never fully written.");
  return unsupportedModel("It does not begin as a GGUF file does.");
}
