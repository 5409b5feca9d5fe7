import { setUpModels } from "./setup/setUpModels.ts";
import { run } from "./tools/run.ts";
import { entryPath } from "../src-main/paths/entries.ts";

// The command line from source: `npm run -s hearth -- COMMAND`. Only `setup` and `serve` are more.
const args = process.argv.slice(2);
if (args[0] === "serve" && !args.includes("--help")) await buildInterface();
const { code, output } =
  args[0] === "setup" && !args.some((word) => word.startsWith("--local-sources"))
    ? await setUpModels(args.slice(1), console.error)
    : await run(process.execPath, [entryPath("cli"), ...args]);
process.stdout.write(output);
process.exitCode = code;

/** The interface cannot be served from source. What is said of it must not mix with the result. */
async function buildInterface(): Promise<void> {
  const { buildProduct } = await import("./build.ts");
  const { findElectron } = await import("./setup/electronRuntime.ts");
  await buildProduct((await findElectron())?.target ?? "production", console.error);
}
