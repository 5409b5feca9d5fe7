import { HearthError } from "../../src-main/contract/errors.ts";
import { getStrings } from "./strings/index.ts";

/** Puts a text into the clipboard. Rejects with `not-allowed` where the system refuses. */
export async function copyText(text: string): Promise<void> {
  const { copyRefused, selectAndCopy } = getStrings().common;
  try {
    // A page that came without encryption from another computer has no clipboard at all.
    await navigator.clipboard.writeText(text);
  } catch {
    throw new HearthError({ code: "not-allowed", title: copyRefused, suggestion: selectAndCopy });
  }
}
