import { chromium } from "@playwright/test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RunningApp } from "./RunningApp.ts";

const root = path.resolve(import.meta.dirname, "../..");
const chromiumPath = "/usr/bin/chromium";

/** Starts the built headless host and opens its page in Chromium. */
export async function launchWeb(home: string): Promise<RunningApp> {
  const host = spawn(
    process.execPath,
    [path.join(root, "out", "node", "host.js"), "--home", home, "--port", "0"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let url: string | undefined;
  for await (const line of createInterface({ input: host.stdout })) {
    if (line.startsWith("url: ")) {
      url = line.slice("url: ".length);
      break;
    }
  }
  if (url === undefined) throw new Error("The headless host ended without naming its address.");
  host.stdout.resume();
  const browser = await chromium.launch({
    ...(fs.existsSync(chromiumPath) ? { executablePath: chromiumPath } : {}),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    pid: host.pid ?? 0,
    resize: async (size) => await page.setViewportSize(size),
    close: async () => {
      await browser.close();
      if (host.exitCode !== null || host.signalCode !== null) return;
      const ended = once(host, "exit");
      host.kill("SIGTERM");
      await ended;
    },
  };
}
