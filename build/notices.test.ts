import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packagesFile } from "./buildNode.ts";
import { shippedPackages } from "./notices.ts";
import { root } from "./tools/run.ts";

describe("THIRD-PARTY-NOTICES.md", () => {
  // What is contained is known only after a build; `npm test` makes one first.
  it("names every package that the build contains", async ({ skip }) => {
    skip(!fs.existsSync(packagesFile), "nothing is built");
    const notices = fs.readFileSync(path.join(root, "THIRD-PARTY-NOTICES.md"), "utf8");
    const missing = (await shippedPackages())
      .map(({ name, version }) => `| ${name} | ${version} |`)
      .filter((row) => !notices.includes(row));
    expect(missing, "run `npm run notices`").toEqual([]);
  });
});
