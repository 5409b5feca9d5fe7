import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { cancelledError, HearthError, isCancelled } from "../../contract/errors.ts";
import type { ModelsState, Transfer } from "../../contract/models.ts";
import { isLoopbackUrl } from "../egress/addressRules.ts";
import type { Egress } from "../egress/Egress.ts";
import { minilmToGguf } from "./convert/minilmToGguf.ts";
import { checksumMismatch } from "./download/downloadErrors.ts";
import { PassingFailure } from "./download/downloadOptions.ts";
import { installFile } from "./download/installFile.ts";
import { RangeDownload } from "./download/RangeDownload.ts";
import { safePathBelow } from "./download/safeFileName.ts";
import { sha256OfFile } from "./download/sha256OfFile.ts";
import { SpeedLimit } from "./download/SpeedLimit.ts";
import { SpeedMeter } from "./download/SpeedMeter.ts";
import { writeModelRecord } from "./modelRecord.ts";
import {
  type ConvertedSpec,
  type FetchedSpec,
  type OriginalFile,
  type StarterSpec,
  starterSpecs,
} from "./starterSpecs.ts";

export type EnsureStarterOptions = {
  modelsDir: string;
  egress: Pick<Egress, "fetch">;
  /** Holds all downloads together below the user's limit; none where it is left out. */
  limit?: SpeedLimit;
  signal?: AbortSignal;
  /** Told for each model, from `waiting` to `done`. */
  onProgress?: (transfer: Transfer) => void;
  /** Where repositories are fetched from. Default https://huggingface.co */
  baseUrl?: string;
  /**
   * A folder with originals that were fetched already, in it or in a folder of the embedder's name
   * or `minilm-source` in it. They are verified like downloads and left as they are.
   */
  localSources?: string;
  /** Wait after the first failure of the line; a test has less time. */
  firstDelayMs?: number;
  /** Other models than the usual ones, for tests. */
  specs?: readonly StarterSpec[];
};

export type InstalledModel = {
  name: string;
  path: string;
  sha256: string;
  bytes: number;
  source: string;
};

type WantedFile = { file: string; bytes: number; sha256: string };

const usualBaseUrl = "https://huggingface.co";
const sourceFolders = [".", "minilm-source", "all-MiniLM-L6-v2"];
const tellEveryMs = 100;
const running = new Set<string>();

/**
 * Makes sure that the starter models are there, whole and right. What is there already is hashed
 * and kept; the rest comes from the local sources or the network, and is converted where needed.
 * @throws HearthError `offline`, `download-failed`, `checksum-mismatch`, `disk-full`, `cancelled`;
 * `conflict` if it is running already for this folder
 */
export async function ensureStarterModels(
  options: EnsureStarterOptions,
): Promise<{ models: InstalledModel[] }> {
  const { modelsDir, specs = starterSpecs } = options;
  if (running.has(modelsDir)) {
    throw new HearthError({
      code: "conflict",
      title: "The starter models are being fetched already.",
    });
  }
  running.add(modelsDir);
  try {
    await mkdir(modelsDir, { recursive: true });
    const setup = new StarterSetup(options);
    for (const spec of specs) setup.tell(spec.name, { stage: "waiting" });
    const models: InstalledModel[] = [];
    for (const spec of specs) {
      models.push(
        ...(await (spec.kind === "fetched"
          ? setup.ensureFetched(spec)
          : setup.ensureConverted(spec))),
      );
      setup.tell(spec.name, { stage: "done" });
    }
    return { models };
  } catch (error) {
    throw isCancelled(error) ? cancelledError() : error;
  } finally {
    running.delete(modelsDir);
  }
}

/** The starter models for a list: how large what is to be fetched is, and whether it is here. */
export async function listStarterModels(
  modelsDir: string,
  specs: readonly StarterSpec[] = starterSpecs,
): Promise<ModelsState["starter"]> {
  return Promise.all(
    specs.map(async (spec) => {
      const fetched = spec.kind === "fetched" ? [spec.original] : spec.originals;
      const wanted = spec.kind === "fetched" ? [spec.original] : spec.outputs;
      const sizes = await Promise.all(wanted.map(({ file }) => sizeOf(path.join(modelsDir, file))));
      return {
        name: spec.name,
        purpose: spec.purpose,
        bytes: fetched.reduce((sum, { bytes }) => sum + bytes, 0),
        installed: wanted.every(({ bytes }, index) => sizes[index] === bytes),
      };
    }),
  );
}

class StarterSetup {
  readonly #options: EnsureStarterOptions;
  readonly #baseUrl: string;

  constructor(options: EnsureStarterOptions) {
    this.#options = options;
    this.#baseUrl = (options.baseUrl ?? usualBaseUrl).replace(/\/+$/u, "");
  }

  async ensureFetched({ name, original }: FetchedSpec): Promise<InstalledModel[]> {
    const target = safePathBelow(this.#options.modelsDir, original.file);
    if (!(await this.#isRight(name, target, original))) {
      const local = await this.#findLocal(name, original);
      if (local === null) await this.#download(name, original, target);
      else await installFile(local, target, this.#options.signal);
    }
    return [await this.#record(target, original, this.#urlOf(original))];
  }

  async ensureConverted(spec: ConvertedSpec): Promise<InstalledModel[]> {
    const { modelsDir, signal } = this.#options;
    const missing: ConvertedSpec["outputs"][number][] = [];
    for (const output of spec.outputs) {
      const target = safePathBelow(modelsDir, output.file);
      if (!(await this.#isRight(spec.name, target, output))) missing.push(output);
    }
    if (missing.length > 0) {
      const sourceDir = path.join(modelsDir, ".originals", spec.name);
      for (const original of spec.originals) await this.#gather(spec.name, original, sourceDir);
      for (const output of missing) {
        const target = safePathBelow(modelsDir, output.file);
        await minilmToGguf({
          sourceDir,
          target,
          quantization: output.quantization,
          ...(signal ? { signal } : {}),
          onProgress: (progress) => this.tell(spec.name, { stage: "converting", ...progress }),
        });
        await this.#mustBeRight(spec.name, target, output);
      }
      await rm(path.join(modelsDir, ".originals"), { recursive: true, force: true });
    }
    const first = spec.originals[0];
    const source = first === undefined ? "" : `Converted from ${this.#repositoryUrl(first)}`;
    return Promise.all(
      spec.outputs.map((output) => this.#record(path.join(modelsDir, output.file), output, source)),
    );
  }

  tell(name: string, change: Partial<Transfer> & { stage: Transfer["stage"] }): void {
    this.#options.onProgress?.({ name, bytes: 0, totalBytes: null, bytesPerSecond: 0, ...change });
  }

  /** Puts one original of a conversion where the converter finds it. */
  async #gather(name: string, original: OriginalFile, sourceDir: string): Promise<void> {
    const target = safePathBelow(sourceDir, original.file);
    await mkdir(sourceDir, { recursive: true });
    if (await this.#isRight(name, target, original)) return;
    const local = await this.#findLocal(name, original);
    if (local === null) await this.#download(name, original, target);
    else await installFile(local, target, this.#options.signal);
  }

  async #download(name: string, original: OriginalFile, target: string): Promise<void> {
    const { egress, limit = new SpeedLimit(() => null) } = this.#options;
    const { signal = new AbortController().signal, firstDelayMs } = this.#options;
    const { bytes: totalBytes, sha256 } = original;
    const access = { headers: {}, allowLoopback: isLoopbackUrl(this.#baseUrl) };
    const speed = new SpeedMeter();
    let told = 0;
    const download = new RangeDownload({
      ...{ egress, limit, signal, target, sha256, totalBytes },
      ...(firstDelayMs === undefined ? {} : { firstDelayMs }),
      url: this.#urlOf(original),
      // No token: the starter models are for everyone.
      access: () => Promise.resolve(access),
      name: path.basename(original.file),
      onProgress: ({ stage, bytes }) => {
        const now = performance.now();
        if (stage === "downloading") speed.add(bytes, now);
        if (now - told < tellEveryMs && bytes < totalBytes) return;
        told = now;
        const bytesPerSecond = stage === "downloading" ? speed.bytesPerSecond() : 0;
        this.tell(name, { stage, bytes, totalBytes, bytesPerSecond });
      },
    });
    try {
      await download.run();
    } catch (error) {
      // Nobody goes on with it later: what may pass by itself has not, and is told.
      throw error instanceof PassingFailure ? error.error : error;
    }
  }

  /** The local copy of an original, or null. @throws HearthError `checksum-mismatch` */
  async #findLocal(name: string, original: OriginalFile): Promise<string | null> {
    const { localSources } = this.#options;
    if (localSources === undefined) return null;
    for (const folder of sourceFolders) {
      const file = path.join(localSources, folder, original.file);
      if ((await sizeOf(file)) === null) continue;
      if (await this.#isRight(name, file, original)) return file;
      throw checksumMismatch(original.file, "The copy in the local sources is another file.");
    }
    return null;
  }

  async #isRight(name: string, file: string, wanted: WantedFile): Promise<boolean> {
    if ((await sizeOf(file)) !== wanted.bytes) return false;
    const onBytes = (bytes: number): void =>
      this.tell(name, { stage: "verifying", bytes, totalBytes: wanted.bytes });
    return (await sha256OfFile(file, onBytes, this.#options.signal)) === wanted.sha256;
  }

  async #mustBeRight(name: string, file: string, wanted: WantedFile): Promise<void> {
    if (await this.#isRight(name, file, wanted)) return;
    await rm(file, { force: true });
    throw checksumMismatch(wanted.file, "The conversion did not give the known result.");
  }

  async #record(file: string, wanted: WantedFile, source: string): Promise<InstalledModel> {
    const { sha256, bytes } = wanted;
    await writeModelRecord(file, { source, sha256, bytes });
    const name = path.basename(wanted.file, ".gguf");
    return { name, path: file, sha256, bytes, source };
  }

  #repositoryUrl({ repository }: OriginalFile): string {
    return `${this.#baseUrl}/${repository}`;
  }

  #urlOf(original: OriginalFile): string {
    const { revision, file } = original;
    return `${this.#repositoryUrl(original)}/resolve/${revision}/${encodeURIComponent(file)}`;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  const info = await stat(file).catch(() => null);
  return info?.isFile() === true ? info.size : null;
}
