import { HearthError } from "../../../contract/errors.ts";
import { downloadFailed } from "./downloadErrors.ts";
import { PassingFailure } from "./downloadOptions.ts";

/**
 * What a failed request means for the file that it was for: the line's failures may pass by themselves;
 * an address that Hearth does not contact is most likely a login page's. All else is as it was.
 */
export function networkFailure(error: unknown, name: string): unknown {
  if (!(error instanceof HearthError)) return error;
  if (error.code === "unavailable")
    return new PassingFailure(downloadFailed(name, error.reason, error.suggestion, error));
  if (error.code !== "not-allowed") return error;
  return downloadFailed(
    name,
    `Hearth was sent to an address that it does not contact. ${error.reason}`,
    "If this network has a login page, log in with a browser and try again.",
    error,
  );
}
