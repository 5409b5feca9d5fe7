import os from "node:os";
import path from "node:path";

/** What {@link homeDir} looks at; a test gives its own. */
export interface HomeSurroundings {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  userDir: string;
}

/**
 * The folder that holds all of Hearth's state. First of: `--home DIR` (or `--home=DIR`) on the
 * command line, `HEARTH_HOME`, the platform's place for application data. Always absolute; it
 * need not exist.
 */
export function homeDir(from: Partial<HomeSurroundings> = {}): string {
  const { argv, env, platform, userDir } = {
    argv: process.argv.slice(1),
    env: process.env,
    platform: process.platform,
    userDir: os.homedir(),
    ...from,
  };
  const chosen = homeFlag(argv) ?? nonEmpty(env["HEARTH_HOME"]);
  if (chosen !== undefined) return path.resolve(chosen);
  if (platform === "darwin") {
    return path.join(userDir, "Library", "Application Support", "Hearth");
  }
  if (platform === "win32") {
    // Local, not roaming: models are gigabytes and must not follow the user across a network.
    return path.join(
      nonEmpty(env["LOCALAPPDATA"]) ?? path.join(userDir, "AppData", "Local"),
      "Hearth",
    );
  }
  // The XDG specification says that a relative value is to be ignored.
  const xdg = nonEmpty(env["XDG_DATA_HOME"]);
  const data =
    xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(userDir, ".local", "share");
  return path.join(data, "hearth");
}

function homeFlag(argv: readonly string[]): string | undefined {
  for (const [at, word] of argv.entries()) {
    if (word === "--") return undefined;
    if (word === "--home") return nonEmpty(argv[at + 1]);
    if (word.startsWith("--home=")) return nonEmpty(word.slice("--home=".length));
  }
  return undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
