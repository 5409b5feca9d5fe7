import { has, run } from "../tools/run.ts";

/** Something of the system that the tests need, and the Debian packages that have it: the first that exists is taken. */
interface Need {
  packages: [string, ...string[]];
  /** A program that shows, if it is there, that the package is not needed. */
  program?: string;
}

const needs: Need[] = [
  { packages: ["chromium"], program: "chromium" },
  { packages: ["xvfb"], program: "xvfb-run" },
  { packages: ["xauth"], program: "xauth" },
  { packages: ["git"], program: "git" },
  { packages: ["iproute2"], program: "ip" },
  { packages: ["poppler-utils"], program: "pdftotext" },
  { packages: ["python3-pip"], program: "pip3" },
  // What Electron links against.
  { packages: ["libgtk-3-0t64", "libgtk-3-0"] },
  { packages: ["libnss3"] },
  { packages: ["libasound2t64", "libasound2"] },
  { packages: ["libgbm1"] },
  { packages: ["libxss1"] },
  { packages: ["libxtst6"] },
  { packages: ["libsecret-1-0"] },
  { packages: ["libnotify4"] },
  { packages: ["fonts-liberation"] },
  // A Vulkan device made of the processor.
  { packages: ["mesa-vulkan-drivers"] },
];

/**
 * Installs by apt what is missing, where this is Debian (or a child of it) and the user is root.
 * @returns the packages that are still missing
 */
export async function ensureSystemPackages(log: (line: string) => void): Promise<string[]> {
  if (process.platform !== "linux" || !(await has("dpkg-query"))) return [];
  const missing = await missingNeeds();
  if (missing.length === 0) return [];
  const names = missing.map(({ packages }) => packages.at(-1) ?? "");
  if (process.getuid?.() !== 0) {
    log(`Missing, and only root can install it: apt-get install ${names.join(" ")}`);
    return names;
  }
  log(`Installing ${names.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { output: "keep", env });
  const wanted: string[] = [];
  for (const { packages } of missing) wanted.push(await firstAvailable(packages));
  const install = ["install", "-y", "-q", "--no-install-recommends", ...wanted];
  const { code, output } = await run("apt-get", install, { output: "keep", env });
  if (code !== 0) log(output.trim().split("\n").slice(-4).join("\n"));
  return (await missingNeeds()).map(({ packages }) => packages.at(-1) ?? "");
}

async function missingNeeds(): Promise<Need[]> {
  const missing: Need[] = [];
  for (const need of needs) {
    if (need.program !== undefined && (await has(need.program))) continue;
    if (!(await anyInstalled(need.packages))) missing.push(need);
  }
  return missing;
}

async function anyInstalled(packages: string[]): Promise<boolean> {
  const asked = await run("dpkg-query", ["-W", "-f=${Status}\\n", ...packages], { output: "keep" });
  return asked.output.includes("install ok installed");
}

async function firstAvailable(packages: Need["packages"]): Promise<string> {
  for (const name of packages) {
    const { output } = await run("apt-cache", ["policy", name], { output: "keep" });
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return packages[0];
}
