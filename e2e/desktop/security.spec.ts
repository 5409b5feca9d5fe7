import { expect, test as base, type ElectronApplication, type Page } from "@playwright/test";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { makeHome, removeHome } from "../support/homes.ts";
import { launchDesktop } from "../support/launchDesktop.ts";
import { pageChannels } from "../../src-main/shell/channels.ts";
import { connectEngine } from "../../src-main/supervisor/connectEngine.ts";
import { preloadKeys } from "../../src-main/rpc/HearthBridge.ts";

interface Desktop {
  app: ElectronApplication;
  page: Page;
  home: string;
}

/** The built app on an empty home. One for all tests here: none of them changes it. */
const test = base.extend<object, { desktop: Desktop }>({
  desktop: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's shape
    async ({}, use) => {
      const home = await makeHome();
      const running = await launchDesktop(home);
      await use({ app: running.electron, page: running.page, home });
      await running.close();
      await removeHome(home);
    },
    { scope: "worker" },
  ],
});

test("every window is isolated and sandboxed", async ({ desktop: { app, page } }) => {
  const preferences = await app.evaluate(({ webContents }) =>
    webContents
      .getAllWebContents()
      .filter((contents) => contents.getType() === "window")
      .map((contents) => {
        const found = (contents as { getLastWebPreferences?(): object }).getLastWebPreferences?.();
        return found as Record<string, unknown>;
      }),
  );
  expect(preferences.length).toBeGreaterThan(0);
  for (const found of preferences) {
    expect(found).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(found["allowRunningInsecureContent"] ?? false).toBe(false);
    expect(found["experimentalFeatures"] ?? false).toBe(false);
    expect(found["webviewTag"] ?? false).toBe(false);
    expect(found["spellcheck"] ?? false).toBe(false);
  }
  const reach = await page.evaluate(() => [
    typeof (globalThis as { require?: unknown }).require,
    typeof (globalThis as { process?: { versions?: unknown } }).process?.versions,
    typeof (globalThis as { module?: unknown }).module,
  ]);
  expect(reach).toEqual(["undefined", "undefined", "undefined"]);
});

test("the page has the named functions and nothing else", async ({ desktop: { page } }) => {
  const found = await page.evaluate(() => {
    const bridge = (globalThis as unknown as { hearth: Record<string, unknown> }).hearth;
    return Object.entries(bridge).map(([name, value]) => [name, typeof value] as const);
  });
  expect(new Set(found.map(([name]) => name))).toEqual(new Set<string>(preloadKeys));
  expect(new Set(found.map(([, type]) => type))).toEqual(new Set(["function"]));
});

test("what the page does to its own objects does not reach the preload", async ({
  desktop: { page },
}) => {
  const result = await page.evaluate(async () => {
    const original = JSON.stringify;
    let seen = 0;
    JSON.stringify = (value: unknown) => {
      seen++;
      return original(value);
    };
    try {
      (globalThis as unknown as { hearth: { postFrame(frame: unknown): void } }).hearth.postFrame({
        type: "cancel",
        id: 1,
      });
      return seen;
    } finally {
      JSON.stringify = original;
    }
  });
  expect(result).toBe(0);
});

test("nothing comes but its own files", async ({ desktop: { page } }) => {
  const paths = ["/..%2fpackage.json", "/..%5cpackage.json", "/%252e%252e/package.json"];
  const statuses = await page.evaluate(
    async (given) => await Promise.all(given.map(async (one) => (await fetch(one)).status)),
    paths,
  );
  expect(statuses).toEqual([403, 403, 403]);
});

test("no permission is given", async ({ desktop: { page } }) => {
  const states = await page.evaluate(async () => {
    const names = [
      "camera",
      "microphone",
      "geolocation",
      "notifications",
      "midi",
      "clipboard-read",
    ];
    const found = await Promise.all(
      names.map(
        async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
      ),
    );
    const asked = await Promise.allSettled([
      navigator.mediaDevices.getUserMedia({ audio: true }),
      navigator.requestMIDIAccess(),
      navigator.clipboard.readText(),
    ]);
    return { found, asked: asked.map(({ status }) => status), shown: Notification.permission };
  });
  expect(new Set(states.found)).toEqual(new Set(["denied"]));
  expect(new Set(states.asked)).toEqual(new Set(["rejected"]));
  expect(states.shown).toBe("denied");
});

test("no second window opens, and no webview", async ({ desktop: { app, page } }) => {
  const opened = await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "https://evil.test/";
    link.target = "_blank";
    document.body.append(link);
    link.click();
    link.dispatchEvent(new MouseEvent("auxclick", { button: 1, bubbles: true }));
    link.remove();
    const webview = document.createElement("webview");
    webview.setAttribute("src", "https://evil.test/");
    document.body.append(webview);
    const { constructor } = webview;
    webview.remove();
    return { window: window.open("https://evil.test/"), webview: constructor.name };
  });
  expect(opened.window).toBeNull();
  expect(opened.webview).toBe("HTMLElement");
  const count = await app.evaluate(({ webContents }) => webContents.getAllWebContents().length);
  expect(count).toBe(1);
});

test("only the page itself may use the channels", async ({ desktop: { page } }) => {
  const frames = await page.evaluate(async () => {
    const kinds: string[] = [];
    for (const source of ["about:blank", "app://hearth/index.html", "data:text/html,x"]) {
      const frame = document.createElement("iframe");
      frame.src = source;
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 100));
      try {
        kinds.push(typeof (frame.contentWindow as { hearth?: unknown } | null)?.hearth);
      } catch {
        kinds.push("blocked");
      }
      frame.remove();
    }
    return kinds;
  });
  expect(frames.every((kind) => kind === "undefined" || kind === "blocked")).toBe(true);
});

test("every channel refuses a window that is not Hearth's own", async ({ desktop: { app } }) => {
  const outcomes = await app.evaluate(async ({ BrowserWindow }, channels) => {
    // As strong as a window can be, and on the right page: only that Hearth did not open it.
    const stranger = new BrowserWindow({
      show: false,
      webPreferences: { nodeIntegration: true, contextIsolation: false, sandbox: false },
    });
    await stranger.loadURL("app://hearth/index.html");
    const script = `Promise.all(${JSON.stringify(channels)}.map((channel) =>
      require("electron").ipcRenderer.invoke(channel, 1, "x").then(
        () => channel, (error) => error.message.includes("may not ask") ? "refused" : error.message)))`;
    const found: unknown = await stranger.webContents.executeJavaScript(script);
    stranger.destroy();
    return found as string[];
  }, Object.values(pageChannels));
  expect(outcomes).toEqual(Object.values(pageChannels).map(() => "refused"));
});

test("only web and mail addresses are opened outside", async ({ desktop: { app, page } }) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as { opened?: string[] }).opened = opened;
    shell.openExternal = async (url) => void opened.push(url);
  });
  const outcomes = await page.evaluate(async () => {
    const { hearth } = globalThis as unknown as {
      hearth: { openExternal(url: string): Promise<void> };
    };
    const urls = ["https://example.com/", "file:///etc/passwd", "smb://x/y", "javascript:1", "//x"];
    return await Promise.all(
      urls.map((url) =>
        hearth.openExternal(url).then(
          () => "opened",
          () => "refused",
        ),
      ),
    );
  });
  expect(outcomes).toEqual(["opened", "refused", "refused", "refused", "refused"]);
  const opened = await app.evaluate(() => (globalThis as { opened?: string[] }).opened);
  expect(opened).toEqual(["https://example.com/"]);
});

test("past the policy, the guard still stops each request, and it is listed", async ({
  desktop: { page, home },
}) => {
  let reached = 0;
  const server = http.createServer((_request, response) => {
    reached++;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/leak`;
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  await page.reload();
  const outcome = await page.evaluate(
    async (url) =>
      await fetch(url, { mode: "no-cors" }).then(
        () => "sent",
        () => "stopped",
      ),
    target,
  );
  await session.send("Page.setBypassCSP", { enabled: false });
  await page.reload();
  server.close();
  expect(outcome).toBe("stopped");
  expect(reached).toBe(0);
  const engine = await connectEngine({ home, face: "test" });
  await expect
    .poll(async () => (await engine.client.call("system.requests", {})).requests)
    .toContainEqual(
      expect.objectContaining({ url: target, process: "window", outcome: "refused" }),
    );
  engine.close();
});

// Last, because a navigation that is stopped leaves Playwright waiting for its end.
test("the window goes nowhere else", async ({ desktop: { app, page } }) => {
  const places = [
    "https://evil.test/",
    "file:///etc/passwd",
    "app://evil/index.html",
    "app://hearth/assets/",
    "data:text/html,x",
  ];
  for (const place of places) {
    await app.evaluate(async ({ BrowserWindow }, url) => {
      const window = BrowserWindow.getAllWindows()[0];
      await window?.webContents.executeJavaScript(`location.href = ${JSON.stringify(url)}; 1`);
    }, place);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
    );
    expect(now).toEqual([expect.stringMatching(/^app:\/\/hearth\/index\.html(#.*)?$/)]);
  }
  expect(page.isClosed()).toBe(false);
});
