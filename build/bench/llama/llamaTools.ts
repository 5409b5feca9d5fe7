import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { locateLibraries } from "../../../src-main/engine/llama/locateLibraries.ts";
import { has, mustRun, packageScript, root } from "../../tools/run.ts";
import { runWithProgress } from "./runWithProgress.ts";

/** llama.cpp's own programs, on the very libraries that Hearth loads. */
export interface LlamaTools {
  /** Holds the programs and links to the prebuilt libraries. */
  folder: string;
  /** The folder of the prebuilt libraries. */
  libraries: string;
  /** First 16 digits of the source bundle's SHA-256. */
  bundle: string;
}

export type LlamaProgram = "llama-bench" | "llama-batched-bench" | "llama-server";
const programs: readonly LlamaProgram[] = ["llama-bench", "llama-batched-bench", "llama-server"];

/**
 * With GGML_BACKEND_DL no program is linked to a CPU backend of its own: which variant computes is
 * chosen at run time among the prebuilt ones, as Hearth does. The server's page would be downloaded.
 */
const buildOptions = [
  "-DCMAKE_BUILD_TYPE=Release",
  "-DBUILD_SHARED_LIBS=ON",
  "-DCMAKE_SKIP_RPATH=ON",
  "-DGGML_BACKEND_DL=ON",
  "-DGGML_NATIVE=OFF",
  "-DGGML_OPENMP=OFF",
  "-DGGML_CCACHE=OFF",
  "-DLLAMA_BUILD_TESTS=OFF",
  "-DLLAMA_BUILD_EXAMPLES=OFF",
  "-DLLAMA_BUILD_APP=OFF",
  "-DLLAMA_BUILD_UI=OFF",
  "-DLLAMA_USE_PREBUILT_UI=OFF",
  "-DLLAMA_OPENSSL=OFF",
];

/** The names under which the built programs look for the prebuilt libraries. */
const sonames = ["ggml", "ggml-base", "llama", "llama-common"];

/**
 * Builds llama-bench, llama-batched-bench and llama-server from the source bundle in the
 * node-llama-cpp package, once; later calls find them. No network is used. Linux only.
 * @param log a line for people; `progress` replaces itself
 */
export async function ensureLlamaTools(
  log: (line: string) => void,
  progress: (line: string) => void,
): Promise<LlamaTools> {
  if (process.platform !== "linux") {
    throw new Error("The comparison runs on Linux only: elsewhere libraries are linked otherwise.");
  }
  const bundleFile = packageScript("node-llama-cpp", "llama", "gitRelease.bundle");
  const hash = createHash("sha256");
  for await (const piece of createReadStream(bundleFile)) hash.update(piece as Buffer);
  const bundle = hash.digest("hex").slice(0, 16);
  const options = createHash("sha256").update(buildOptions.join("\n")).digest("hex").slice(0, 8);
  const cache = path.join(root, ".cache", "llama-tools", `${bundle}-${options}`);
  const tools = { folder: path.join(cache, "bin"), libraries: prebuiltFolder(), bundle };
  if (await exists(path.join(cache, "complete"))) return tools;
  await requireTools(["git", "cmake", "c++"]);
  log(
    "Building llama.cpp's own programs from the source in node-llama-cpp (once, 5 to 20 minutes)",
  );
  const source = path.join(cache, "source");
  const build = path.join(cache, "build");
  if (!(await exists(path.join(source, "CMakeLists.txt")))) {
    await fs.rm(source, { recursive: true, force: true });
    await mustRun("git", ["clone", "--quiet", bundleFile, source], { output: "keep" });
  }
  const generator = (await has("ninja")) ? ["-G", "Ninja"] : [];
  await mustRun("cmake", ["-S", source, "-B", build, ...generator, ...buildOptions], {
    output: "keep",
  });
  await runWithProgress(
    "cmake",
    ["--build", build, "--parallel", "--target", ...programs],
    progress,
  );
  await layOut(build, tools);
  await fs.writeFile(path.join(cache, "complete"), `${buildOptions.join("\n")}\n`);
  // Half a gigabyte that nothing needs any more.
  await fs.rm(source, { recursive: true, force: true });
  await fs.rm(build, { recursive: true, force: true });
  return tools;
}

function prebuiltFolder(): string {
  return locateLibraries({ device: "cpu" }).folder;
}

/** One folder with the built programs and, by link, the prebuilt libraries under all their names. */
async function layOut(build: string, { folder, libraries }: LlamaTools): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  const prebuilt = (await fs.readdir(libraries)).filter((name) => name.endsWith(".so"));
  for (const name of prebuilt) {
    await fs.symlink(path.relative(folder, path.join(libraries, name)), path.join(folder, name));
  }
  for (const name of sonames) {
    // Some carry the release in their name: libllama.v0.5.0.so.
    const file = prebuilt.find((candidate) =>
      new RegExp(`^lib${name}(\\.v[\\d.]+)?\\.so$`).test(candidate),
    );
    if (file === undefined) throw new Error(`There is no prebuilt lib${name} in ${libraries}.`);
    await fs.symlink(file, path.join(folder, `lib${name}.so.0`));
  }
  const built = path.join(build, "bin");
  const taken = /^(llama-(bench|batched-bench|server)|lib(llama-.*-impl|mtmd)\.so.*)$/;
  for (const name of await fs.readdir(built)) {
    if (taken.test(name)) {
      await fs.cp(path.join(built, name), path.join(folder, name), { verbatimSymlinks: true });
    }
  }
}

async function requireTools(commands: readonly string[]): Promise<void> {
  for (const command of commands) {
    if (!(await has(command))) {
      throw new Error(`${command} is missing. On Debian: apt install git cmake g++ ninja-build`);
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return await fs.access(file).then(
    () => true,
    () => false,
  );
}
