// The built shell, held until the test's tool has attached to it. The tool (Playwright) asks each page
// where it is and waits for news if that is nowhere yet; when it asks while the first window goes to its
// start page, that news was missed about once in sixty launches, and the tool waited for ever. It calls
// `__playwright_run` when it has attached: only then does the shell hear that Electron is ready.
"use strict";
const { app } = require("electron");
const path = require("node:path");

const ready = app.whenReady();
let release = () => {};
const attached = new Promise((resolve) => {
  release = resolve;
});
// oxlint-disable-next-line no-underscore-dangle -- the tool calls it by this name
globalThis.__playwright_run = release;
app.whenReady = async () => {
  await attached;
  await ready;
};
require(path.join(__dirname, "../../out/shell/main.cjs"));
