import * as electron from "electron";
import { pathWith } from "./pathWith.ts";

/** Where a file of the page lies; empty for one that is not on disk. */
export function filePathOf(file: File): string {
  return pathWith(electron.webUtils, file);
}
