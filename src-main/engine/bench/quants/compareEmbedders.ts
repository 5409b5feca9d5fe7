import { randomUUID } from "node:crypto";
import type {
  EmbedderQuantRun,
  EmbedderRow,
  QuantBenchProgress,
} from "../../../contract/quantBench.ts";
import type { Model } from "../../../contract/models.ts";
import { inventedPages } from "../../eval/answers/sets/inventedFacts.ts";
import { loadBeir, type BeirDataset } from "../../eval/loadBeir.ts";
import { peakMemory } from "../../models/freeMemory.ts";
import { machineHere } from "../machine.ts";
import { fileFacts, watchStrangers, type ChatFileTools } from "./compareChatFiles.ts";
import { measureEmbedderFile, similarityOf, type EmbedderMeasure } from "./measureEmbedderFile.ts";
import type { FileGroup } from "./orderFiles.ts";
import type { QuantRequest } from "./QuantBenchService.ts";
import { WorkMeter } from "./WorkMeter.ts";

const weights = { vectors: 1, search: 6 };

type EmbedderTools = Pick<ChatFileTools, "models" | "loadAlone" | "hearthVersion" | "peak">;

/** Measures files of models that make vectors, one after the other. @throws HearthError as each part does */
export async function compareEmbedders(
  groups: readonly FileGroup[],
  { repeats, dataDir, seed }: QuantRequest,
  tools: EmbedderTools,
  tell: (progress: QuantBenchProgress) => void,
  signal: AbortSignal,
): Promise<EmbedderQuantRun> {
  const dataset = dataDir === null ? inventedPages(seed) : await loadBeir(dataDir, { signal });
  const files = groups.reduce((sum, group) => sum + group.files.length, 0);
  const total = files * (weights.vectors + weights.search);
  const meter = new WorkMeter({ kind: "embedding", files }, total, tell);
  const strangers = watchStrangers(tools.models);
  const rows: EmbedderRow[] = [];
  let libraryVersion = "";
  for (const { reference, files: members } of groups) {
    let finest: readonly Float32Array[] = [];
    for (const file of members) {
      const { name: model, quantization } = file;
      meter.begin(weights.vectors, {
        ...{ model, quantization, file: rows.length + 1 },
        stage: "loading",
      });
      const onStep: Parameters<typeof measureEmbedderFile>[2]["onStep"] = (stage, done, of) => {
        strangers.look();
        if (stage === "search" && done === 1) meter.begin(weights.search, { stage });
        meter.step(done, of, { stage });
      };
      const { version, vectors, ...row } = await measureAlone(file, dataset, tools, {
        repeats,
        onStep,
        signal,
      });
      libraryVersion = version;
      const isReference = file === reference;
      if (isReference) finest = vectors;
      const similarity = isReference ? null : similarityOf(vectors, finest);
      rows.push({ ...row, reference: isReference, similarity });
    }
  }
  return {
    id: randomUUID(),
    at: Date.now(),
    hearthVersion: tools.hearthVersion,
    libraryVersion,
    machine: machineHere(),
    repeats,
    disturbed: strangers.seen,
    kind: "embedding",
    dataset: dataset.name,
    documents: dataset.documents.length,
    queries: dataset.queries.length,
    rows,
  };
}

async function measureAlone(
  file: Model,
  dataset: BeirDataset,
  { loadAlone, peak = peakMemory }: EmbedderTools,
  options: Parameters<typeof measureEmbedderFile>[2],
): Promise<
  Omit<EmbedderRow, "reference" | "similarity"> &
    Pick<EmbedderMeasure, "vectors"> & { version: string }
> {
  const begun = performance.now();
  const { result: backend } = await loadAlone(file, "embedding", options.signal);
  const loadMs = performance.now() - begun;
  try {
    const measured = await measureEmbedderFile(backend, dataset, options);
    const { info } = backend;
    return {
      ...fileFacts(file),
      ...measured,
      device: info.device,
      gpuLayers: info.gpuLayers,
      threads: info.threads,
      contextTokens: info.contextTokens,
      loadMs,
      peakBytes: peak(info.pid),
      version: info.library.version,
    };
  } finally {
    await backend[Symbol.asyncDispose]();
  }
}
