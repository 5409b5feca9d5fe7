// Lets a bare Electron start the app it is given: `electron FILE-OR-FOLDER`. The substitute
// runtime comes without the one that Electron's own downloads hold.
"use strict";
const { app } = require("electron");
const fs = require("node:fs");
const path = require("node:path");

const given = process.argv.slice(1).find((word) => !word.startsWith("-"));
if (given === undefined) {
  process.stderr.write("Usage: electron FILE-OR-FOLDER\n");
  process.exit(1);
}
const place = path.resolve(given);
const isFolder = fs.statSync(place).isDirectory();
const folder = isFolder ? place : packageFolder(path.dirname(place));
const manifest = readManifest(folder);
if (manifest.productName || manifest.name) app.setName(manifest.productName || manifest.name);
if (manifest.version) app.setVersion(manifest.version);
app.setAppPath(folder);
require(isFolder ? path.join(folder, manifest.main) : place);

/** The nearest folder upwards that holds a package.json. */
function packageFolder(start) {
  for (let at = start; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, "package.json"))) return at;
    if (at === path.dirname(at)) return start;
  }
}

function readManifest(from) {
  const file = path.join(from, "package.json");
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
}
