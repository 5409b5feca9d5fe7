import type { Backend } from "../../../contract/devices.ts";

/** Release of node-llama-cpp whose libraries Hearth speaks with; see `llama/child/structLayouts.ts`. */
export const librariesVersion = "3.22.1";

/** A prebuilt package as it was published. */
export interface PublishedPackage {
  /** Without its scope. */
  readonly name: string;
  readonly os: "linux" | "darwin" | "win32";
  readonly cpu: "x64" | "arm64" | "arm" | "riscv64";
  readonly backend: Backend;
  /**
   * `graphics` can be added; `shipped` comes with Hearth for its platform; `extension` is never offered.
   *
   * The two extensions hold one file in a folder `fallback`: the CUDA library built against the runtime
   * of CUDA 12 instead of 13 (libcudart.so.12, libcublas.so.12), 374 MB on the disk. node-llama-cpp loads
   * it where the first one brings no device, which is with drivers older than CUDA 13 takes. Hearth loads
   * all backends of one folder and pins what lies there, and on just these computers the Vulkan package
   * works without any CUDA runtime, at a sixth of the size. So that is offered, and this is not.
   */
  readonly use: "graphics" | "shipped" | "extension";
  /** What is known of its file; null where no registry within reach had it, so that it was never looked at. */
  readonly file: PublishedFile | null;
}

export interface PublishedFile {
  /** SHA-512 of the whole tarball, in base64, as the lock file has it. */
  readonly sha512: string;
  readonly bytes: number;
  /** Of what Hearth puts in place: the libraries with a pinned hash. */
  readonly diskBytes: number;
}

/** All packages of that release, for whatever computer. A test holds them against the lock file. */
export const publishedPackages: readonly PublishedPackage[] = [
  {
    name: "linux-x64-cuda",
    os: "linux",
    cpu: "x64",
    backend: "cuda",
    use: "graphics",
    file: {
      sha512:
        "8rQCjyNNLZJUFit+YpjwlC4hwkKgOMIkB2wuycKBf8NU2O3ySKbiWZQ8aw9ku2nUTXjSnUIrE6KB88itduTBuA==",
      bytes: 142_898_030,
      diskBytes: 182_435_096,
    },
  },
  {
    name: "linux-x64-vulkan",
    os: "linux",
    cpu: "x64",
    backend: "vulkan",
    use: "graphics",
    file: {
      sha512:
        "bBxqU+JOcBu1nb5Qj2zcMci+JByT1E8EajHvYodyNfVIPkEhXh+/HMwR1/BT7xP08YK0hks+kM8fglER0P8JEg==",
      bytes: 24_311_427,
      diskBytes: 66_697_296,
    },
  },
  {
    name: "linux-x64-cuda-ext",
    os: "linux",
    cpu: "x64",
    backend: "cuda",
    use: "extension",
    file: {
      sha512:
        "4e5ajkiM2aR2WAdB/N/ACk4weEhHvOAIrzxZPsIX0xDFW5+6hhShuy1/vs88SK9NGdgAco9IyE28eYS0H1efpA==",
      bytes: 176_664_119,
      diskBytes: 374_450_984,
    },
  },
  {
    name: "linux-x64",
    os: "linux",
    cpu: "x64",
    backend: "cpu",
    use: "shipped",
    file: {
      sha512:
        "5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==",
      bytes: 10_824_547,
      diskBytes: 23_441_824,
    },
  },
  {
    name: "linux-arm64",
    os: "linux",
    cpu: "arm64",
    backend: "cpu",
    use: "shipped",
    file: {
      sha512:
        "W+7naKCXX9/eEjjFmRS8vvx91QyLXDbeFxexZc3bh/PtQABZgmRL3C0AtYYXn4YGTj/3Qor4lWZn2tpjZFPLdQ==",
      bytes: 7_340_902,
      diskBytes: 13_419_304,
    },
  },
  {
    name: "linux-armv7l",
    os: "linux",
    cpu: "arm",
    backend: "cpu",
    use: "shipped",
    file: {
      sha512:
        "v/pHg4BcQHRDna+YYq4vWp44HCFluar4hAiB732Pa5PF89flMXhHSku68tQn+25RJjuc3TtoeY/i57WnX9GrdQ==",
      bytes: 4_342_646,
      diskBytes: 6_200_352,
    },
  },
  neverSeen("linux-riscv64", "linux", "riscv64", "cpu", "shipped"),
  neverSeen("mac-arm64-metal", "darwin", "arm64", "metal", "shipped"),
  neverSeen("mac-x64", "darwin", "x64", "cpu", "shipped"),
  neverSeen("win-arm64", "win32", "arm64", "cpu", "shipped"),
  neverSeen("win-x64", "win32", "x64", "cpu", "shipped"),
  neverSeen("win-x64-cuda", "win32", "x64", "cuda", "graphics"),
  neverSeen("win-x64-cuda-ext", "win32", "x64", "cuda", "extension"),
  neverSeen("win-x64-vulkan", "win32", "x64", "vulkan", "graphics"),
];

function neverSeen(
  name: string,
  os: PublishedPackage["os"],
  cpu: PublishedPackage["cpu"],
  backend: Backend,
  use: PublishedPackage["use"],
): PublishedPackage {
  return { name, os, cpu, backend, use, file: null };
}

/** With its scope, as registries know it. */
export function packageNameOf(name: string): string {
  return `@node-llama-cpp/${name}`;
}

/** Where a registry has the file of a package. */
export function tarballUrl(registry: string, name: string): string {
  return `${registry}/${packageNameOf(name)}/-/${name}-${librariesVersion}.tgz`;
}

/** Fetches the file into the folder that one is in, by the user's own npm. */
export function packCommand(name: string): string {
  return `npm pack ${packageNameOf(name)}@${librariesVersion}`;
}
