import type { App, Session, WebContents } from "electron";
import { isStartPage } from "./appScheme.ts";
import { isPermissionAllowed, isRequestAllowed } from "./rules.ts";

/** A request of the window that was stopped. */
export interface RefusedRequest {
  method: string;
  url: string;
}

/** Switches for Chromium: it looks up no name and calls nobody on its own account. */
export function quietChromium(app: App): void {
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  app.commandLine.appendSwitch("no-proxy-server");
  app.commandLine.appendSwitch("disable-background-networking");
  app.commandLine.appendSwitch("disable-component-update");
  app.commandLine.appendSwitch("disable-domain-reliability");
  app.commandLine.appendSwitch("no-pings");
}

/** Holds every page of a session to Hearth's own files, without any permission. */
export function lockSession(
  session: Session,
  options: { withDevTools: boolean; onRefused: (request: RefusedRequest) => void },
): void {
  // With the spell checker on, Chromium fetches dictionaries.
  session.setSpellCheckerEnabled(false);
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(isPermissionAllowed(permission, details.requestingUrl || contents.getURL()));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    isPermissionAllowed(permission, details.requestingUrl ?? origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ method, url }, answer) => {
    const allowed = isRequestAllowed(url, options.withDevTools);
    answer({ cancel: !allowed });
    if (!allowed) options.onRefused({ method, url });
  });
  session.on("will-download", (event) => event.preventDefault());
}

/** Keeps every page, also one that nobody meant to open, on the start page and without others. */
export function lockContents(app: App): void {
  app.on("web-contents-created", (_event, contents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      if (!isStartPage(url)) event.preventDefault();
    };
    contents.on("will-navigate", stay);
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    // Calls by WebRTC pass by the request guard; without a proxy this policy leaves them no way.
    contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
    blockFrames(contents);
  });
}

/** Frames within the page have nothing to load. Electron tells of their navigation since 26. */
function blockFrames(contents: WebContents): void {
  contents.on("will-frame-navigate", (details) => {
    if (!details.isMainFrame) details.preventDefault();
  });
}
