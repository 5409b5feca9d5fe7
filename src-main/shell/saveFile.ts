import type { SaveDialogOptions } from "electron";
import fs from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../contract/describeFileError.ts";
import type { ErrorData } from "../contract/errors.ts";

/** The dialog for a file of a suggested name; its ending alone is offered. */
export function saveOptions(title: string, name: string): SaveDialogOptions {
  const extension = path.extname(name).slice(1);
  return {
    title,
    // Only the name: where it goes is the user's choice.
    defaultPath: path.basename(name),
    ...(extension === ""
      ? {}
      : { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  };
}

/** Writes a file to where the user said. Why that failed is part of the answer, for the user to read. */
export async function saveFile(
  file: string,
  content: string | Uint8Array,
): Promise<{ saved: boolean; error: ErrorData | null }> {
  try {
    await fs.writeFile(file, content);
    return { saved: true, error: null };
  } catch (error) {
    return {
      saved: false,
      error: {
        code: "file-unreadable",
        title: `${path.basename(file)} could not be saved.`,
        cause: describeFileError(error, file),
        suggestion: "Choose another folder, or free some space, and try again.",
      },
    };
  }
}
