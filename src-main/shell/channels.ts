/** What the page may ask of the main process. Each is checked for its sender; see `PageChannels`. */
export const pageChannels = {
  openEngine: "hearth:open-engine",
  closeEngine: "hearth:close-engine",
  postFrame: "hearth:post-frame",
  retryEngine: "hearth:retry-engine",
  openExternal: "hearth:open-external",
  setTheme: "hearth:set-theme",
} as const;
export type PageChannel = keyof typeof pageChannels;

/** What the main process tells the page. */
export const shellChannels = {
  frame: "hearth:frame",
  engineClosed: "hearth:engine-closed",
  engineStatus: "hearth:engine-status",
  command: "hearth:command",
} as const;
