import { shell } from "electron";
import { HearthError } from "../contract/errors.ts";
import { isExternalAllowed } from "./rules.ts";

/**
 * Opens a web or mail address in the user's own program. The only way by which Hearth hands
 * anything to the system.
 * @throws HearthError `not-allowed` for anything else
 */
export async function openExternal(url: unknown): Promise<void> {
  if (!isExternalAllowed(url)) {
    throw new HearthError({
      code: "not-allowed",
      title: "Hearth does not open this link.",
      cause: "Only web and mail addresses are opened.",
      suggestion: "Copy the link if you trust it.",
    });
  }
  await shell.openExternal(url);
}
