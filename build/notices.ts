import fs from "node:fs/promises";
import path from "node:path";
import { buildProduct } from "./build.ts";
import { copiedPackages, externalPackages, packagesFile } from "./buildNode.ts";
import { findElectron } from "./setup/electronRuntime.ts";
import { readPackages } from "./tools/bundledPackages.ts";
import { root } from "./tools/run.ts";
import {
  llamaLibrariesPackage,
  packagesWithNeeds,
  readManifest,
  type ShippedPackage,
} from "./tools/shippedPackages.ts";

const introduction = `# Third-party notices

Hearth contains the packages below. Their licences follow, each text once, with the packages it
covers. This file is made by \`npm run notices\` from what the builds really contain.

Beside them a packaged Hearth contains
- Electron with Chromium: MIT, and the licences in \`LICENSE.electron.txt\` and \`LICENSES.chromium.html\` beside the program;
- Node.js: MIT, © Node.js contributors and Joyent, Inc.; the licences of what it contains are in the file \`LICENSE\` of its release;
- llama.cpp and ggml, in the libraries of \`@node-llama-cpp\`: MIT, © 2023–2026 The ggml authors;
- Tesseract and Leptonica, in the WebAssembly of \`tesseract.js-core\`: Apache-2.0, © Google Inc. and the Tesseract authors; BSD-2-Clause, © Leptonica;
- Tesseract's trained data, in \`@tesseract.js-data\`: Apache-2.0, © Google Inc.;
- Skia, in the library of \`@napi-rs/canvas\`: BSD-3-Clause, © Google Inc.;
- the Rust crates in LanceDB's library: listed in \`RUST_THIRD_PARTY_LICENSES.html\` of \`@lancedb/lancedb\`.
`;

/** The notices for what the build in `out/` contains, and for the native packages of this platform. */
export async function noticesText(): Promise<string> {
  const packages = await shippedPackages();
  const texts = new Map<string, string[]>();
  for (const shipped of packages) {
    const text = await licenceText(shipped);
    texts.set(text, [...(texts.get(text) ?? []), `${shipped.name} ${shipped.version}`]);
  }
  const table = packages.map(
    ({ name, version, license }) => `| ${name} | ${version} | ${license} |`,
  );
  const sections = [...texts].map(
    ([text, names]) => `## ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  );
  const head = `${introduction}\n| Package | Version | Licence |\n| --- | --- | --- |\n${table.join("\n")}\n`;
  return `${head}\n${sections.join("\n")}`;
}

/** The packages that the build in `out/` and a packaged app contain, by name. */
export async function shippedPackages(): Promise<ShippedPackage[]> {
  const natives = externalPackages.filter((name) => name !== "node-llama-cpp");
  const found = await packagesWithNeeds([...natives, llamaLibrariesPackage()]);
  const byName = new Map(found.map((shipped) => [`${shipped.name}@${shipped.version}`, shipped]));
  for (const inside of [...readPackages(packagesFile), ...copiedPackages]) {
    const folder = path.join(root, "node_modules", inside);
    const { name, version, license } = await readManifest(folder);
    byName.set(`${name}@${version}`, { name, version, license: license ?? "see below", folder });
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** The texts of a package's licence files; a package without one is named with what its manifest says. */
async function licenceText({ folder, license }: ShippedPackage): Promise<string> {
  const names = (await fs.readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|copying|notice)/i.test(entry.name))
    .map(({ name }) => name)
    .sort();
  const texts = await Promise.all(
    names.map(async (name) => await fs.readFile(path.join(folder, name), "utf8")),
  );
  const text = texts.map((one) => one.replaceAll("\r\n", "\n").replaceAll("```", "'''").trim());
  return text.join("\n\n") || `(No licence file; its manifest says: ${license}.)`;
}

if (import.meta.main) {
  await buildProduct((await findElectron())?.target ?? "production", console.log);
  await fs.writeFile(path.join(root, "THIRD-PARTY-NOTICES.md"), await noticesText());
}
