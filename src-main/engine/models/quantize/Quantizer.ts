import { randomUUID } from "node:crypto";
import { access, link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { cancelledError, HearthError, isCancelled } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import {
  quantTypes,
  type Quantized,
  type QuantOption,
  type QuantProgress,
  type QuantType,
} from "../../../contract/quantize.ts";
import type { AskOptions } from "../../llama/askProcess.ts";
import type { ChildAnswer, ChildQuestion } from "../../llama/child/protocol.ts";
import { locateLibraries } from "../../llama/locateLibraries.ts";
import { readJson, writeJson } from "../atomicJson.ts";
import { syncFolderOf } from "../download/durableFile.ts";
import { freeBytesOf } from "../download/freeBytesOf.ts";
import { sha256OfFile } from "../download/sha256OfFile.ts";
import { isInside } from "../folder/isInside.ts";
import type { ModelsFolder } from "../folder/ModelsFolder.ts";
import { listSplitParts } from "../gguf/listSplitParts.ts";
import { readGgufHeader, type GgufHeader } from "../gguf/readGgufHeader.ts";
import { writeModelRecord } from "../modelRecord.ts";
import { planQuantization, type QuantPlan } from "./planQuantization.ts";
import {
  badTarget,
  cannotQuantize,
  fileExists,
  notEnoughRoom,
  quantizerFailed,
  wrongResult,
} from "./quantizeErrors.ts";
import { quantKinds } from "./quantTypes.ts";
import { resultName } from "./resultName.ts";
import { verifyResult } from "./verifyResult.ts";

export interface QuantizerOptions {
  /** Hearth's own folder of models. */
  readonly folder: ModelsFolder;
  readonly threads: () => number;
  readonly ask: (
    question: ChildQuestion,
    options: Pick<AskOptions, "signal" | "onProgress" | "onLine">,
  ) => Promise<ChildAnswer>;
  /** Lists a file that is finished. */
  readonly list: (file: string) => Promise<Model>;
}

const journalSchema = z.object({ files: z.array(z.string()) });
/** So much of the disk is left for others. */
const spareBytes = 64 * 2 ** 20;

/** Makes other quantizations of models that are here, by the library's own quantizer. */
export class Quantizer {
  readonly #options: QuantizerOptions;
  readonly #journal: string;
  readonly #partials = new Set<string>();
  readonly #targets = new Set<string>();

  constructor(options: QuantizerOptions) {
    this.#options = options;
    this.#journal = path.join(options.folder.usual, ".quantizing.json");
  }

  /** Removes what an engine that was killed left half written. */
  async sweep(): Promise<void> {
    const left = (await readJson(this.#journal, journalSchema))?.files ?? [];
    for (const file of left) await rm(file, { force: true });
    if (left.length > 0) await rm(this.#journal, { force: true });
  }

  /** What each quantization of a model would be. @throws HearthError as reading its header does */
  async options(
    model: Model,
  ): Promise<{ options: QuantOption[]; folder: string; freeBytes: number }> {
    const headers = await readHeaders(model, undefined);
    const folder = await this.#options.folder.required();
    await mkdir(folder, { recursive: true });
    const options = quantTypes.map((type) =>
      describe(planQuantization(headers, type), resultName(model.path, model.quantization, type)),
    );
    return { options, folder, freeBytes: await freeBytesOf(folder) };
  }

  /**
   * Makes a quantization, checks it, and has it listed. It is written beside its place under another name,
   * so that nobody sees it before it is whole.
   *
   * @param out full path of the new file; in Hearth's own folder when left out
   * @throws HearthError `conflict`, `bad-input`, `disk-full`, `model-unsupported`, `model-damaged`, `cancelled`
   */
  async run(
    model: Model,
    type: QuantType,
    out: string | undefined,
    onProgress: (progress: QuantProgress) => void,
    signal: AbortSignal,
  ): Promise<Quantized> {
    // Its source and its result must not be moved from under it.
    return await this.#options.folder.use((modelsDir) =>
      this.#run(model, type, out, { modelsDir, onProgress, signal }),
    );
  }

  async #run(
    model: Model,
    type: QuantType,
    out: string | undefined,
    {
      modelsDir,
      onProgress,
      signal,
    }: {
      modelsDir: string;
      onProgress: (progress: QuantProgress) => void;
      signal: AbortSignal;
    },
  ): Promise<Quantized> {
    const headers = await readHeaders(model, signal);
    const [head] = headers;
    const plan = planQuantization(headers, type);
    if (plan.refusal !== null || !head) throw cannotQuantize(model.name, plan);
    const target = await this.#target(model, type, out, modelsDir);
    const folder = path.dirname(target);
    const free = await freeBytesOf(folder);
    if (plan.bytes + spareBytes > free) throw notEnoughRoom(type, plan.bytes + spareBytes, free);
    if (this.#targets.has(target)) throw fileExists(target);
    const partial = path.join(folder, `.quantizing-${randomUUID()}.part`);
    this.#targets.add(target);
    this.#partials.add(partial);
    try {
      await this.#keepJournal();
      const made = await this.#quantize(model, plan, partial, onProgress, signal);
      const bytes = await this.#check(head, plan, partial, signal);
      const compared = await this.#compare(model, partial, plan, onProgress, signal);
      const sha256 = await flushAndHash(partial, signal);
      await publish(partial, target);
      if (isInside(target, modelsDir))
        await writeModelRecord(target, { source: `Made from ${model.id}`, sha256, bytes });
      const listed = await this.#options.list(target);
      return {
        model: listed,
        predictedBytes: plan.bytes,
        fallbackTensors: plan.fallbacks.reduce((sum, { tensors }) => sum + tensors, 0),
        tensors: plan.planned.length,
        quantizeMs: made.ms,
        peakBytes: made.peakBytes,
        compared,
      };
    } finally {
      this.#targets.delete(target);
      await rm(partial, { force: true });
      this.#partials.delete(partial);
      await this.#keepJournal();
    }
  }

  async #target(
    model: Model,
    type: QuantType,
    out: string | undefined,
    modelsDir: string,
  ): Promise<string> {
    if (out === undefined) await mkdir(modelsDir, { recursive: true });
    const target =
      out === undefined
        ? path.join(modelsDir, resultName(model.path, model.quantization, type))
        : path.normalize(out);
    if (!path.isAbsolute(target)) throw badTarget("The path does not begin at the root.");
    if (!/\.gguf$/iu.test(target)) throw badTarget("The name does not end in .gguf.");
    if (await exists(target)) throw fileExists(target);
    const folder = await stat(path.dirname(target)).catch((error: unknown) => {
      throw badTarget(describeFileError(error, path.dirname(target)));
    });
    if (!folder.isDirectory()) throw badTarget(`${path.dirname(target)} is no folder.`);
    return target;
  }

  async #quantize(
    model: Model,
    plan: QuantPlan,
    partial: string,
    onProgress: (progress: QuantProgress) => void,
    signal: AbortSignal,
  ): Promise<Extract<ChildAnswer, { kind: "quantize" }>> {
    const library = locateLibraries({ device: "cpu" });
    const follow = new TensorProgress(plan, onProgress);
    let failure: string | undefined;
    const question = {
      kind: "quantize",
      libraryFolder: library.folder,
      libraryPlatform: library.platform,
      source: model.path,
      target: partial,
      fileType: quantKinds[plan.type].fileType,
      threads: this.#options.threads(),
    } as const;
    try {
      const answer = await this.#options.ask(question, {
        signal,
        onLine: (line) => {
          follow.read(line);
          if (/failed to quantize|GGML_ASSERT|bad_alloc/u.test(line)) failure = line;
        },
      });
      if (answer.kind !== "quantize") throw quantizerFailed(failure);
      return answer;
    } catch (error) {
      if (isCancelled(error) || signal.aborted) throw cancelledError();
      const isVague = error instanceof HearthError && error.code === "internal";
      throw isVague || failure !== undefined ? quantizerFailed(failure) : error;
    }
  }

  async #check(
    source: GgufHeader,
    plan: QuantPlan,
    partial: string,
    signal: AbortSignal,
  ): Promise<number> {
    try {
      await verifyResult(partial, source, plan, signal);
    } catch (error) {
      if (isCancelled(error) || !(error instanceof HearthError)) throw error;
      throw wrongResult(error.reason);
    }
    return (await stat(partial)).size;
  }

  async #compare(
    model: Model,
    partial: string,
    plan: QuantPlan,
    onProgress: (progress: QuantProgress) => void,
    signal: AbortSignal,
  ): Promise<Quantized["compared"]> {
    const library = locateLibraries({ device: "cpu" });
    const tensors = plan.planned.length;
    const tell = (fraction: number): void =>
      onProgress({ stage: "checking", fraction, tensor: tensors, tensors });
    tell(0);
    const options = {
      libraryFolder: library.folder,
      libraryPlatform: library.platform,
      threads: this.#options.threads(),
      gpuLayers: 0,
    };
    const purpose = model.kind === "embedding" ? "embedding" : "chat";
    const question = {
      kind: "compare",
      options,
      purpose,
      result: partial,
      source: model.path,
    } as const;
    const answer = await this.#options.ask(question, { signal, onProgress: tell });
    if (answer.kind !== "compare") throw wrongResult("It could not be compared with its source.");
    return answer.comparison;
  }

  async #keepJournal(): Promise<void> {
    const files = [...this.#partials];
    if (files.length > 0) await writeJson(this.#journal, { files });
    else await rm(this.#journal, { force: true });
  }
}

/** Reads in the library's lines which tensor it has come to, and tells the share by its weights. */
class TensorProgress {
  readonly #elements: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #tell: (progress: QuantProgress) => void;
  #done = 0;
  #tensor = 0;

  constructor(plan: QuantPlan, tell: (progress: QuantProgress) => void) {
    this.#elements = new Map(
      plan.planned.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]),
    );
    this.#total = [...this.#elements.values()].reduce((a, b) => a + b, 0);
    this.#tell = tell;
  }

  read(line: string): void {
    // "[  12/ 272] blk.0.attn_k.weight  - [576, 192], type = q4_1, … size = …", once it is written.
    const match = /^\[ *\d+\/ *\d+\] (\S+) +- \[/u.exec(line);
    const elements = this.#elements.get(match?.[1] ?? "");
    if (elements === undefined) return;
    this.#done += elements;
    this.#tensor += 1;
    const tensors = this.#elements.size;
    const fraction = Math.min(1, this.#done / Math.max(1, this.#total));
    this.#tell({ stage: "quantizing", fraction, tensor: this.#tensor, tensors });
  }
}

async function readHeaders(model: Model, signal: AbortSignal | undefined): Promise<GgufHeader[]> {
  const head = await readGgufHeader(model.path, signal);
  const headers = [head];
  for (const part of await listSplitParts(model.path, head)) {
    if (part !== model.path) headers.push(await readGgufHeader(part, signal));
  }
  return headers;
}

function describe({ planned, refusal, ...plan }: QuantPlan, fileName: string): QuantOption {
  const { quality } = quantKinds[plan.type];
  return { ...plan, quality, refusal, tensors: planned.length, fileName };
}

/** Has the file on the disk before its name says that it is whole. */
async function flushAndHash(file: string, signal: AbortSignal): Promise<string> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return await sha256OfFile(file, undefined, signal);
}

/** A link refuses to take the place of a file, which a rename does not. */
async function publish(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw fileExists(target);
    // File systems without links.
    if (await exists(target)) throw fileExists(target);
    await rename(partial, target);
  }
  await syncFolderOf(target);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
