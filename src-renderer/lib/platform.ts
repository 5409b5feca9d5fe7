export type Platform = "mac" | "other";

/** Which keyboard words and symbols to show. Decided once, from what the browser says it runs on. */
export const platform: Platform =
  typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent) ? "mac" : "other";
