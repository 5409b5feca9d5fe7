/** What {@link chooseFace} looks at. */
export interface FaceSurroundings {
  /** `--web` was given. */
  web: boolean;
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
}

export type Face = { face: "window" } | { face: "web"; why: string };

/** Whether Hearth opens a window here, or serves a page, and then why. An Electron is still to be found. */
export function chooseFace({ web, platform, env }: FaceSurroundings): Face {
  if (web) return { face: "web", why: "--web was given" };
  const needsDisplay = platform !== "darwin" && platform !== "win32";
  if (needsDisplay && !env["DISPLAY"] && !env["WAYLAND_DISPLAY"]) {
    return { face: "web", why: "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)" };
  }
  return { face: "window" };
}
