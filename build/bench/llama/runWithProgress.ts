import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const tailLines = 20;

/**
 * Runs a program and hands on each line of its output as it comes.
 * @throws Error with its last lines when it does not end with 0
 */
export async function runWithProgress(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      onLine(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${tail.join("\n")}`);
}
