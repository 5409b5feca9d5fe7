import { constants } from "node:os";
import { exitCodes } from "./exitCodes.ts";
import { runCli } from "./runCli.ts";

/** The command line as a program. */
async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // The first one lets the engine be told; who insists gets out at once.
      if (interrupt.signal.aborted) process.exit(128 + constants.signals[signal]);
      interrupt.abort();
    });
  }
  // A reader that has seen enough, such as `head`, ends the command without complaint.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.failed);
  });
  const code = await runCli({
    argv: process.argv.slice(2),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    cwd: process.cwd(),
  });
  // What is written to a pipe may still be on its way.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

await main();
