/** What one client did once. */
export interface SoakJob {
  kind: SoakKind;
  /** Since the soak began. */
  startMs: number;
  endMs: number;
  firstTextMs: number | null;
  /** `done`, the code of a typed error, or `untyped`. */
  outcome: string;
  /** What was done to it on purpose. */
  cause: "none" | "cancelled" | "dropped" | "killed";
}

export type SoakKind = "short" | "long" | "turn" | "search";

/** The memory of one process at one moment. */
export interface MemorySample {
  process: "engine" | "model";
  pid: number;
  ms: number;
  rssBytes: number;
}

/** Speed over all requests at one moment, as the engine measures it. */
export interface RateSample {
  ms: number;
  tokensPerSecond: number;
}

export interface SoakKillReport {
  atMs: number;
  /** Requests that were under way, and how they ended. */
  inFlight: number;
  typedErrors: number;
  untypedErrors: number;
  survived: number;
  /** From the kill to the first text of a request that began after it; null when none came. */
  recoveryMs: number | null;
}

export interface SoakReport {
  minutes: number;
  clients: number;
  jobs: number;
  /** By outcome. */
  outcomes: Record<string, number>;
  /** Errors that no client and no kill caused, with their codes. */
  errors: { outcome: string; kind: SoakKind; startMs: number }[];
  leaked: { running: number; waiting: number; busyChats: number };
  /** Growth after the warm-up, 0.05 is 5 %; null where it could not be seen. */
  engineGrowth: number | null;
  modelGrowth: number | null;
  /** Bytes in use, the median of each minute; shows whether growth has come to an end. */
  engineBytesByMinute: number[];
  modelBytesByMinute: number[];
  tokensPerSecondFirst: number;
  tokensPerSecondLast: number;
  kill: SoakKillReport | null;
  /** What is not as it has to be, in words; empty when all is well. */
  missed: string[];
}

export const soakReaches = { growth: 0.05, speed: 0.97, recoveryMs: 5000 } as const;

/**
 * How much more memory a process has at the end than after the warm-up: medians of the first and the
 * last fifth of what is left after it. Of several processes of one kind (the model's is started again
 * after a kill) the worst counts; one that was seen too briefly says nothing.
 * @param warmUpMs what is left out at the beginning of each process' life
 */
export function memoryGrowth(samples: readonly MemorySample[], warmUpMs: number): number | null {
  const growths: number[] = [];
  for (const pid of new Set(samples.map((sample) => sample.pid))) {
    const own = samples.filter((sample) => sample.pid === pid);
    const from = (own[0]?.ms ?? 0) + warmUpMs;
    const warm = own.filter((sample) => sample.ms >= from).map((sample) => sample.rssBytes);
    const fifth = Math.floor(warm.length / 5);
    if (fifth < 1) continue;
    growths.push(middle(warm.slice(-fifth)) / middle(warm.slice(0, fifth)) - 1);
  }
  return growths.length === 0 ? null : Math.max(...growths);
}

/** The median memory of each minute, of all processes of a kind; minutes without a sample are left out. */
function bytesByMinute(samples: readonly MemorySample[]): number[] {
  const minutes = Map.groupBy(samples, (sample) => Math.floor(sample.ms / 60_000));
  return [...minutes.values()].map((own) => middle(own.map((sample) => sample.rssBytes)));
}

/** Mean speed in a stretch of time; each sample counts until the next. */
export function meanRate(samples: readonly RateSample[], fromMs: number, toMs: number): number {
  let tokens = 0;
  for (const [at, sample] of samples.entries()) {
    const begins = Math.max(sample.ms, fromMs);
    const ends = Math.min(samples[at + 1]?.ms ?? toMs, toMs);
    if (ends > begins) tokens += (sample.tokensPerSecond * (ends - begins)) / 1000;
  }
  return toMs > fromMs ? (1000 * tokens) / (toMs - fromMs) : 0;
}

/**
 * What became of the requests that a kill met, and when the next one worked.
 * @param atMs when the model's process was killed
 */
export function killReport(jobs: readonly SoakJob[], atMs: number): SoakKillReport {
  const met = jobs.filter(
    (job) => job.startMs <= atMs && job.endMs > atMs && job.cause !== "dropped",
  );
  const firstTexts = jobs
    .filter((job) => job.startMs > atMs && job.firstTextMs !== null)
    .map((job) => job.startMs + (job.firstTextMs ?? 0) - atMs);
  return {
    atMs,
    inFlight: met.length,
    typedErrors: met.filter((job) => job.outcome !== "done" && job.outcome !== "untyped").length,
    untypedErrors: met.filter((job) => job.outcome === "untyped").length,
    survived: met.filter((job) => job.outcome === "done").length,
    recoveryMs: firstTexts.length === 0 ? null : Math.min(...firstTexts),
  };
}

export interface SoakFacts {
  minutes: number;
  clients: number;
  jobs: readonly SoakJob[];
  memory: readonly MemorySample[];
  rates: readonly RateSample[];
  leaked: SoakReport["leaked"];
  /** The two stretches whose speed is compared, in milliseconds since the beginning. */
  first: { fromMs: number; toMs: number };
  last: { fromMs: number; toMs: number };
  warmUpMs: number;
  killedAtMs: number | null;
}

export function soakReport(facts: SoakFacts): SoakReport {
  const { minutes, clients, jobs, memory, rates, leaked, killedAtMs } = facts;
  const outcomes: Record<string, number> = {};
  for (const { outcome } of jobs) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const memoryOf = (process: MemorySample["process"]): MemorySample[] =>
    memory.filter((sample) => sample.process === process);
  const report: SoakReport = {
    ...{ minutes, clients, jobs: jobs.length, outcomes, leaked },
    errors: jobs
      .filter(({ outcome, cause }) => outcome !== "done" && cause === "none")
      .map(({ outcome, kind, startMs }) => ({ outcome, kind, startMs })),
    engineGrowth: memoryGrowth(memoryOf("engine"), facts.warmUpMs),
    modelGrowth: memoryGrowth(memoryOf("model"), facts.warmUpMs),
    engineBytesByMinute: bytesByMinute(memoryOf("engine")),
    modelBytesByMinute: bytesByMinute(memoryOf("model")),
    tokensPerSecondFirst: meanRate(rates, facts.first.fromMs, facts.first.toMs),
    tokensPerSecondLast: meanRate(rates, facts.last.fromMs, facts.last.toMs),
    kill: killedAtMs === null ? null : killReport(jobs, killedAtMs),
    missed: [],
  };
  return { ...report, missed: missedReaches(report) };
}

function missedReaches(report: SoakReport): string[] {
  const { errors, leaked, engineGrowth, modelGrowth, kill } = report;
  const missed: string[] = [];
  if (report.jobs === 0) missed.push("no request was made");
  if (errors.length > 0) missed.push(`${errors.length} errors that no client caused`);
  const left = leaked.running + leaked.waiting + leaked.busyChats;
  if (left > 0) missed.push(`${left} requests or chats still busy at the end`);
  if ((engineGrowth ?? 0) > soakReaches.growth) missed.push("the engine's memory grew");
  if ((modelGrowth ?? 0) > soakReaches.growth) missed.push("the model process' memory grew");
  if (report.tokensPerSecondLast < soakReaches.speed * report.tokensPerSecondFirst) {
    missed.push("slower at the end than at the beginning");
  }
  if (kill && kill.untypedErrors > 0) missed.push("a client got an error without a type");
  if (kill && (kill.recoveryMs === null || kill.recoveryMs >= soakReaches.recoveryMs)) {
    missed.push("the next request after the kill came too late");
  }
  return missed;
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
