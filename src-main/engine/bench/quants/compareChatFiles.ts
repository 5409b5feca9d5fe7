import { createHash, randomUUID } from "node:crypto";
import type {
  ChatQuantRun,
  QuantBenchProgress,
  QuantRow,
  TextReading,
} from "../../../contract/quantBench.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { EvalQuestion } from "../../../contract/evals.ts";
import type { Model } from "../../../contract/models.ts";
import { answerCase } from "../../eval/answers/answerCase.ts";
import type { EvalLibrary } from "../../eval/answers/EvalLibrary.ts";
import { inventedFacts } from "../../eval/answers/sets/inventedFacts.ts";
import type { SetFile } from "../../eval/answers/sets/BuiltSet.ts";
import { spreadEvenly } from "../../eval/answers/sets/spreadEvenly.ts";
import { summarizeCases } from "../../eval/answers/summarizeCases.ts";
import type { ModelPurpose } from "../../llama/InferenceBackend.ts";
import { peakMemory } from "../../models/freeMemory.ts";
import type { LoadResult } from "../../models/ModelLoader.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import { machineHere } from "../machine.ts";
import { chatSpeedSteps, measureChatFile } from "./measureChatFile.ts";
import type { FileGroup } from "./orderFiles.ts";
import type { QuantRequest } from "./QuantBenchService.ts";
import { WorkMeter } from "./WorkMeter.ts";

/** What measuring files needs. */
export interface ChatFileTools {
  readonly models: Pick<ModelManager, "use" | "withoutLoaded" | "state" | "activity">;
  /** Loads a file in a process of its own. */
  readonly loadAlone: (
    model: Model,
    purpose: ModelPurpose,
    signal: AbortSignal,
  ) => Promise<LoadResult>;
  readonly readText: (
    files: readonly Model[],
    text: string,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ) => Promise<readonly TextReading[]>;
  /** The text that all files read. */
  readonly text: () => Promise<string>;
  readonly throwAwayLibrary: (
    files: readonly SetFile[],
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<EvalLibrary>;
  readonly embed: (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array[]>;
  readonly hearthVersion: string;
  readonly peak?: (pid: number) => number | null;
}

/** Shares of the work, in the time that a question takes. */
const weights = { text: 3, documents: 4, speed: 5, question: 1 };

type Measured = Omit<QuantRow, "reading" | "answers">;

/** Measures files of chat models: the text, then one file after the other. @throws HearthError as each part does */
export async function compareChatFiles(
  groups: readonly FileGroup[],
  request: QuantRequest,
  tools: ChatFileTools,
  tell: (progress: QuantBenchProgress) => void,
  signal: AbortSignal,
): Promise<ChatQuantRun> {
  const files = groups.flatMap((group) => group.files);
  const { repeats, seed } = request;
  const set = inventedFacts(seed);
  const questions = spreadEvenly(set.questions, request.questions);
  const perFile = weights.text + weights.speed + weights.question * questions.length;
  const total = perFile * files.length + (questions.length > 0 ? weights.documents : 0);
  const meter = new WorkMeter({ kind: "chat", files: files.length }, total, tell);
  // It also brings the files into the system's memory, so that none is loaded from a colder disk.
  const text = await tools.text();
  const readings = await readByAll(groups, text, tools, meter, signal);
  const strangers = watchStrangers(tools.models);
  let nextSeed = Math.floor(Date.now() / 1000) % 1_000_000;
  const rows: QuantRow[] = [];
  let libraryVersion = "";
  await using library =
    questions.length > 0 ? await takeIn(set.files, tools, meter, signal) : undefined;
  for (const [at, file] of files.entries()) {
    const facts = { model: file.name, quantization: file.quantization, file: at + 1 };
    meter.begin(weights.speed, { ...facts, stage: "loading" });
    const { version, ...measured } = await measureAlone(file, tools, {
      repeats,
      nextSeed: () => ++nextSeed,
      onStep: (done) => {
        strangers.look();
        meter.step(done, chatSpeedSteps(repeats), { stage: "speed" });
      },
      signal,
    });
    libraryVersion = version;
    meter.begin(weights.question * questions.length, { stage: "answers", total: questions.length });
    const answers = library
      ? await putQuestions(file, questions, library, tools, meter, signal)
      : null;
    const reading = readings.get(file.id);
    if (!reading) throw new Error("A file was not read.");
    const reference = groups.some((group) => group.reference === file);
    rows.push({ ...measured, reference, reading, answers });
  }
  return {
    id: randomUUID(),
    at: Date.now(),
    hearthVersion: tools.hearthVersion,
    libraryVersion,
    machine: machineHere(),
    repeats,
    disturbed: strangers.seen,
    kind: "chat",
    textHash: createHash("sha256").update(text).digest("hex").slice(0, 16),
    questions: questions.length,
    seed,
    rows,
  };
}

async function readByAll(
  groups: readonly FileGroup[],
  text: string,
  tools: ChatFileTools,
  meter: WorkMeter,
  signal: AbortSignal,
): Promise<Map<string, TextReading>> {
  const readings = new Map<string, TextReading>();
  let file = 1;
  for (const { reference, files } of groups) {
    const first = file;
    meter.begin(weights.text * files.length, { stage: "text", model: reference.name, file });
    const onProgress = (fraction: number): void => {
      const now = Math.min(files.length - 1, Math.floor(fraction * files.length));
      const quantization = files[now]?.quantization ?? "";
      meter.step(fraction, 1, { quantization, file: first + now });
    };
    const found = await tools.readText(files, text, onProgress, signal);
    files.forEach((each, at) => {
      const reading = found[at];
      if (reading) readings.set(each.id, reading);
    });
    file += files.length;
  }
  return readings;
}

async function takeIn(
  files: readonly SetFile[],
  tools: ChatFileTools,
  meter: WorkMeter,
  signal: AbortSignal,
): Promise<EvalLibrary> {
  meter.begin(weights.documents, { stage: "documents", model: "", quantization: "" });
  return await tools.throwAwayLibrary(files, (done, total) => meter.step(done, total), signal);
}

async function measureAlone(
  file: Model,
  { loadAlone, peak = peakMemory }: ChatFileTools,
  options: Parameters<typeof measureChatFile>[1],
): Promise<Omit<Measured, "reference"> & { version: string }> {
  const begun = performance.now();
  const { result: backend, shape } = await loadAlone(file, "chat", options.signal);
  const loadMs = performance.now() - begun;
  try {
    const speed = await measureChatFile(backend, options);
    const { info } = backend;
    return {
      ...fileFacts(file),
      ...speed,
      device: info.device,
      gpuLayers: info.gpuLayers,
      threads: info.threads,
      contextTokens: info.contextTokens,
      kvType: shape.kvType,
      loadMs,
      peakBytes: peak(info.pid),
      version: info.library.version,
    };
  } finally {
    await backend[Symbol.asyncDispose]();
  }
}

/** What is known of a file without loading it. */
export function fileFacts({
  id,
  name,
  quantization,
  parameters,
  bytes,
}: Model): Pick<QuantRow, "modelId" | "model" | "quantization" | "parameters" | "bytes"> {
  return { modelId: id, model: name, quantization, parameters, bytes };
}

/** As in the evaluation: the product's own way from the question to the checked answer. */
async function putQuestions(
  model: Model,
  questions: readonly EvalQuestion[],
  library: EvalLibrary,
  { models, embed: embedTexts }: ChatFileTools,
  meter: WorkMeter,
  signal: AbortSignal,
): Promise<NonNullable<QuantRow["answers"]>> {
  const embed: EmbedTexts = (texts) => embedTexts(texts, signal);
  const wasLoaded = models.state.get().loaded.some(({ modelId }) => modelId === model.id);
  const cases = [];
  try {
    for (const [index, question] of questions.entries()) {
      signal.throwIfAborted();
      meter.step(index, questions.length);
      const place = { arm: 0, index, mode: "rag" as const, model };
      cases.push(await answerCase(question, { library, models, embed, ...place }, signal));
    }
  } finally {
    if (!wasLoaded) await models.withoutLoaded(model, async () => {}).catch(unlessInUse);
  }
  return summarizeCases(cases);
}

/** What was loaded only for this goes again, unless somebody has begun to chat with it meanwhile. */
function unlessInUse(error: unknown): void {
  if (!(error instanceof HearthError) || error.code !== "conflict") throw error;
}

interface Working {
  readonly running: number;
  readonly waiting: number;
}

function isAtWork({ running, waiting }: Working): boolean {
  return running + waiting > 0;
}

/** Notices models that work beside the one that is measured, whose process is on no list. */
export function watchStrangers({ activity }: Pick<ModelManager, "activity">): {
  look(): void;
  readonly seen: boolean;
} {
  let seen = false;
  return {
    look: () => {
      seen ||= activity.get().models.some(isAtWork);
    },
    get seen() {
      return seen;
    },
  };
}
