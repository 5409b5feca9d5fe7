import { setUpModels } from "./setup/setUpModels.ts";
import { run } from "./tools/run.ts";
import { entryPath } from "../src-main/paths/entries.ts";

// The command line from source: `npm run -s hearth -- COMMAND`. Only `setup` is more than that.
const args = process.argv.slice(2);
const { code, output } =
  args[0] === "setup" && !args.some((word) => word.startsWith("--local-sources"))
    ? await setUpModels(args.slice(1), console.error)
    : await run(process.execPath, [entryPath("cli"), ...args]);
process.stdout.write(output);
process.exitCode = code;
