/**
 * What the product is compiled for.
 * - `production`: Electron 45.
 * - `compat`: Electron 22 (Node 16, Chromium 108), the one the tests can get.
 */
export type Target = "production" | "compat";

/** The oldest engines each target runs in: of the shell, of the page, and of the page's styles. */
export const engines = {
  production: { shell: "node24", page: "chrome146", styles: { chrome: 146 << 16 } },
  compat: { shell: "node16", page: "chrome108", styles: { chrome: 108 << 16 } },
} as const;

/** The target the environment asks for; the build sets it, see `build/build.ts`. */
export function targetFromEnv(): Target {
  return process.env["HEARTH_TARGET"] === "compat" ? "compat" : "production";
}
