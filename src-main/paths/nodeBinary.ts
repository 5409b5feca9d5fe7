import fs from "node:fs";
import path from "node:path";
import { HearthError } from "../contract/errors.ts";
import { layout } from "./layout.ts";

/** The oldest Node that runs the engine: `node:sqlite` and type stripping without flags. */
export const leastNodeMajor = 24;

/**
 * The Node binary that starts the engine, its workers, the host and the command line.
 * First of: `HEARTH_NODE`, the one running this code if it is a plain Node that is new enough, the
 * one shipped with a packaged app, the one of the `node` package.
 * @throws HearthError `internal` when there is none
 */
export function nodeBinary(): string {
  const given = process.env["HEARTH_NODE"];
  if (given !== undefined && given !== "") return given;
  const major = Number.parseInt(process.versions.node, 10);
  if (process.versions["electron"] === undefined && major >= leastNodeMajor) {
    return process.execPath;
  }
  const name = process.platform === "win32" ? "node.exe" : "node";
  const places = [
    path.join(path.dirname(layout.root), "node", name),
    path.join(layout.root, "node_modules", "node", "bin", name),
  ];
  for (const place of places) {
    if (fs.existsSync(place)) return place;
  }
  throw new HearthError({
    code: "internal",
    title: "Hearth's Node program is missing",
    cause: `Looked for it in ${places.join(" and ")}.`,
    suggestion: "Install Hearth again, or set HEARTH_NODE to a Node 24 program.",
  });
}
