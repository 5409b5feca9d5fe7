import { describe, expect, it } from "vitest";
import { isAppUrl, isStartPage } from "./appScheme.ts";
import {
  isExternalAllowed,
  isPermissionAllowed,
  isRequestAllowed,
  isTrustedSender,
} from "./rules.ts";

describe("isAppUrl", () => {
  it.each([
    ["app://hearth/", true],
    ["app://hearth/index.html", true],
    ["app://hearth/assets/a.js?x#y", true],
    ["app://hearth.evil.test/", false],
    ["app://evil/hearth/", false],
    ["app://user@hearth/", false],
    ["app://hearth@evil/", false],
    ["app://hearth:80/", false],
    ["application://hearth/", false],
    ["https://hearth/", false],
    ["file:///app://hearth/", false],
    ["about:blank", false],
    ["", false],
  ])("%s is %s", (url, own) => {
    expect(isAppUrl(url)).toBe(own);
  });
});

describe("isStartPage", () => {
  it.each([
    ["app://hearth/", true],
    ["app://hearth/index.html", true],
    ["app://hearth/index.html#/chat/1", true],
    ["app://hearth/index.html?x=1", false],
    ["app://hearth/assets/app.js", false],
    ["app://evil/index.html", false],
    ["https://evil.test/", false],
    ["data:text/html,x", false],
    ["blob:app://hearth/1", false],
    ["file:///etc/passwd", false],
    ["javascript:alert(1)", false],
  ])("%s is %s", (url, start) => {
    expect(isStartPage(url)).toBe(start);
  });
});

describe("isTrustedSender", () => {
  const good = { isOwnWindow: true, isTopFrame: true, frameUrl: "app://hearth/index.html" };
  it.each([
    ["the page itself", {}, true],
    ["a window of somebody else", { isOwnWindow: false }, false],
    ["a frame in the page", { isTopFrame: false }, false],
    ["a frame that is gone", { frameUrl: undefined }, false],
    ["an empty frame", { frameUrl: "about:blank" }, false],
    ["another site", { frameUrl: "https://evil.test/" }, false],
    ["a name that looks alike", { frameUrl: "app://hearth.evil.test/" }, false],
  ])("%s: %j", (_name, change, trusted) => {
    expect(isTrustedSender({ ...good, ...change })).toBe(trusted);
  });
});

describe("isExternalAllowed", () => {
  it.each([
    ["https://example.com/", true],
    ["http://example.com/a?b=c#d", true],
    ["HTTPS://EXAMPLE.COM", true],
    ["https://例え.jp/ü", true],
    ["mailto:ann@example.com", true],
    ["mailto:ann@example.com?subject=Hi", true],
    ["file:///etc/passwd", false],
    ["smb://server/share", false],
    ["javascript:alert(1)", false],
    ["JaVaScRiPt:alert(1)", false],
    [" javascript:alert(1)", false],
    ["java\nscript:alert(1)", false],
    ["data:text/html,<script>1</script>", false],
    ["blob:https://example.com/1", false],
    ["ms-msdt:/id", false],
    ["ms-settings:", false],
    ["calculator:", false],
    ["search-ms:query=x", false],
    ["vscode://file/etc/passwd", false],
    ["hearth://x", false],
    ["app://hearth/", false],
    ["ftp://example.com/", false],
    ["ws://example.com/", false],
    ["\\\\server\\share", false],
    ["//server/share", false],
    ["C:\\windows\\system32\\calc.exe", false],
    ["/usr/bin/xcalc", false],
    ["https:evil.test", false],
    ["https:\\\\evil.test", false],
    ["https:///evil.test", false],
    ["https://user:secret@evil.test/", false],
    ["https://bank.test@evil.test/", false],
    ["https://evil.test/\u0000", false],
    ["https://evil.test/\r\nx", false],
    ["https://evil.test/a b", false],
    ["mailto://evil", false],
    ["mailto:", false],
    [`https://example.com/${"a".repeat(5000)}`, false],
    ["", false],
    [undefined, false],
    [{ href: "https://example.com/" }, false],
    [["https://example.com/"], false],
  ])("%j is %s", (url, allowed) => {
    expect(isExternalAllowed(url)).toBe(allowed);
  });
});

describe("isPermissionAllowed", () => {
  it.each([
    "media",
    "geolocation",
    "notifications",
    "midi",
    "midiSysex",
    "clipboard-read",
    "pointerLock",
    "fullscreen",
    "openExternal",
    "hid",
    "serial",
    "usb",
    "display-capture",
    "fileSystem",
    "window-management",
    "unknown",
  ])("%s is denied", (permission) => {
    expect(isPermissionAllowed(permission, "app://hearth/index.html")).toBe(false);
  });

  it("lets Hearth's own page write to the clipboard, and no other", () => {
    const write = "clipboard-sanitized-write";
    expect(isPermissionAllowed(write, "app://hearth/index.html")).toBe(true);
    expect(isPermissionAllowed(write, "https://evil.test/")).toBe(false);
    expect(isPermissionAllowed(write, "")).toBe(false);
  });
});

describe("isRequestAllowed", () => {
  it.each([
    ["app://hearth/assets/app.js", true],
    ["blob:app://hearth/5f1c", true],
    ["data:image/png;base64,AA", true],
    ["app://evil/", false],
    ["blob:https://evil.test/5f1c", false],
    ["http://127.0.0.1:8080/", false],
    ["https://evil.test/", false],
    ["ws://127.0.0.1:8080/", false],
    ["wss://evil.test/", false],
    ["file:///etc/passwd", false],
    ["ftp://evil.test/", false],
    ["chrome-extension://abc/x.js", false],
    ["devtools://devtools/bundled/x.js", false],
    ["https://redirector.gvt1.com/edgedl/chrome/dict/en-us-10-1.bdic", false],
  ])("%s is %s", (url, allowed) => {
    expect(isRequestAllowed(url, false)).toBe(allowed);
  });

  it("lets the tools of a development build load their own files", () => {
    expect(isRequestAllowed("devtools://devtools/bundled/x.js", true)).toBe(true);
    expect(isRequestAllowed("devtools://evil/x.js", true)).toBe(false);
  });
});
