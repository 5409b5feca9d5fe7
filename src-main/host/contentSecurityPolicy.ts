/**
 * What the page may load, for every face that shows the interface. Nothing but Hearth's own files,
 * and no script that is not one of them.
 * @param connect more addresses that the page may connect to, such as its WebSocket
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    // The second lets pdf.js compile its image decoders, which come from 'self'; it permits no eval.
    "script-src 'self' 'wasm-unsafe-eval'",
    // Menus and dialogs place themselves by style elements that they write. No style can call out:
    // images and fonts are held to the lines below.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(" ")}`,
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Headers of every answer that a page may get, whatever it is. */
export function securityHeaders(connect: readonly string[] = []): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(connect),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
  };
}
