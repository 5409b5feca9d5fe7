import fs from "node:fs";

/**
 * On Linux a child process gets every file that its parent opened without the close-on-exec mark.
 * Node marks its own; Chromium, in Electron's main process, does not. An engine would then hold the
 * app's sockets and files open after the app has ended, so that the next app waits for the one that
 * is gone. So the starter says what is open, and the engine closes it first of all.
 */
export const inheritedFilesVariable = "HEARTH_INHERITED_FILES";

const closeOnExec = 0o2000000;
/** Standard input, output, error, and the report on which a start fails. */
const firstForeign = 4;

/** For the starter: what a child would inherit now, as text for the child's environment. */
export function listInheritedFiles(): string {
  if (process.platform !== "linux") return "";
  const found: string[] = [];
  for (const name of fs.readdirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    if (descriptor < firstForeign) continue;
    const identity = identityOf(descriptor);
    if (identity !== undefined && isInherited(descriptor)) found.push(`${name}:${identity}`);
  }
  return found.join(" ");
}

/**
 * For the engine: closes what its starter named. A descriptor that is something else by now, because
 * the starter closed it in time and this process took the number, is left alone.
 */
export function closeInheritedFiles(): void {
  const listed = process.env[inheritedFilesVariable] ?? "";
  delete process.env[inheritedFilesVariable];
  for (const [, number, identity] of listed.matchAll(/(\d+):(\d+:\d+)/g)) {
    const descriptor = Number(number);
    if (descriptor < firstForeign || identityOf(descriptor) !== identity) continue;
    fs.closeSync(descriptor);
  }
}

/** Device and inode; undefined where nothing is open, or where many things share one identity. */
function identityOf(descriptor: number): string | undefined {
  try {
    const { dev, ino } = fs.fstatSync(descriptor);
    const target = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    return target.startsWith("anon_inode:") ? undefined : `${dev}:${ino}`;
  } catch {
    // Closed in between, as the one that the listing itself used.
    return undefined;
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const info = fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? "", 8);
    return (flags & closeOnExec) === 0;
  } catch {
    return false;
  }
}
