import { spawn, type StdioOptions } from "node:child_process";
import path from "node:path";

/** The repository. Build scripts are never bundled, so their own place tells. */
export const root = path.resolve(import.meta.dirname, "..", "..");

/** How a program ended. */
export interface Ended {
  code: number;
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /**
   * `show` (the default) passes the program's output on; `stderr` passes all of it to the error
   * stream; `keep` collects it, both streams together; `keep-stdout` collects that and shows errors.
   */
  output?: "show" | "stderr" | "keep" | "keep-stdout";
  signal?: AbortSignal;
}

const stdioFor = {
  show: "inherit",
  stderr: ["inherit", 2, 2],
  keep: ["ignore", "pipe", "pipe"],
  "keep-stdout": ["inherit", "pipe", "inherit"],
} satisfies Record<string, StdioOptions>;

/**
 * Runs a program to its end. A program that cannot be started, or is ended by a signal, counts as
 * ended with a code that is not 0; nothing is thrown.
 */
export async function run(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: stdioFor[options.output ?? "show"],
    ...(options.signal && { signal: options.signal }),
  });
  // A terminal's interrupt reaches the child too: wait for it to end in its own way.
  const wait = (): void => {};
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGINT", wait).on("SIGTERM", pass).on("SIGHUP", pass);
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const ended = await new Promise<Ended>((resolve) => {
    child.once("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once("close", (code) => resolve({ code: code ?? 128, output }));
  });
  process.off("SIGINT", wait).off("SIGTERM", pass).off("SIGHUP", pass);
  return ended;
}

/** Like {@link run}, for a step that must succeed. @throws Error with the program's last words */
export async function mustRun(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    const tail = output.trim().split("\n").slice(-5).join("\n");
    throw new Error(
      `${path.basename(command)} ended with ${code}${tail === "" ? "" : `:\n${tail}`}`,
    );
  }
  return output;
}

/** Whether a program is on the search path. */
export async function has(command: string): Promise<boolean> {
  const { code } = await run("sh", ["-c", `command -v ${command}`], { output: "keep" });
  return code === 0;
}

/** A script of a package in `node_modules`, to be run by the Node that runs this. */
export function packageScript(...parts: string[]): string {
  return path.join(root, "node_modules", ...parts);
}
