import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { ActivityState } from "../../contract/activity.ts";
import type { ModelsState } from "../../contract/models.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { startHost, type RunningHost } from "../../host/startHost.ts";
import { modelIdOf } from "../findModel.ts";
import { formatMs, formatTable } from "../format.ts";
import { SoakClient } from "./benchSoakClient.ts";
import {
  soakReport,
  type MemorySample,
  type RateSample,
  type SoakJob,
  type SoakReport,
} from "./benchSoakReport.ts";

const sampleEveryMs = 1000;
const settleMs = 10_000;
/** Both compared stretches begin their scripts with it. */
const comparedSeed = 1;
const middleSeed = 2;

export const benchSoak = defineCommand({
  name: "bench soak",
  usage: "[--minutes N] [--clients N] [--http] [--kill] [--model M]",
  summary: "Lets several clients work, cancel and vanish, and looks for errors and leaks",
  options: {
    minutes: {
      kind: "number",
      integer: false,
      min: 0.1,
      max: 10_000,
      default: 10,
      value: "N",
      help: "how long",
    },
    clients: {
      kind: "number",
      integer: true,
      min: 1,
      max: 64,
      default: 8,
      value: "N",
      help: "clients at once",
    },
    http: { kind: "flag", help: "every second client asks over HTTP" },
    kill: { kind: "flag", help: "kill the model's process half-way" },
    model: { kind: "text", value: "M", help: "id, name or file of the model" },
  },
  run: async ({ minutes, clients, http, kill, model }, _positionals, context) => {
    const { modelId } = await modelIdOf(model, context);
    const host = http ? await startHost({ home: context.home }) : undefined;
    try {
      const report = await new Soak(context, { minutes, clients, host, kill, modelId }).run();
      return {
        json: report,
        text: formatSoak(report),
        exitCode: report.missed.length === 0 ? exitCodes.ok : exitCodes.failed,
      };
    } finally {
      await host?.close();
    }
  },
});

interface SoakOptions {
  minutes: number;
  clients: number;
  host: RunningHost | undefined;
  kill: boolean;
  modelId: Awaited<ReturnType<typeof modelIdOf>>["modelId"];
}

/** One soak: the clients, and what is watched meanwhile. */
class Soak {
  readonly #context: CommandContext;
  readonly #options: SoakOptions;
  readonly #jobs: SoakJob[] = [];
  readonly #memory: MemorySample[] = [];
  readonly #rates: RateSample[] = [];
  #models: ModelsState | undefined;
  #activity: ActivityState = { models: [] };
  #begun = 0;
  #killedAtMs: number | null = null;

  constructor(context: CommandContext, options: SoakOptions) {
    this.#context = context;
    this.#options = options;
  }

  async run(): Promise<SoakReport> {
    const { minutes, clients: count, host, kill } = this.#options;
    const client = await this.#context.engine();
    const { documents } = await client.call("documents.list", {});
    const stops = [
      client.watch("models.state", {}, (state) => (this.#models = state)),
      client.watch("activity.state", {}, (state) => {
        this.#activity = state;
        if (this.#begun === 0) return;
        const tokensPerSecond = sum(state.models.map((model) => model.tokensPerSecond));
        this.#rates.push({ ms: this.#now(), tokensPerSecond });
      }),
    ];
    let enginePid = 0;
    stops.push(client.watch("system.state", {}, ({ pid }) => (enginePid = pid)));
    const clients = Array.from(
      { length: count },
      (_, at) =>
        new SoakClient({
          home: this.#context.home,
          number: at + 1,
          modelId: this.#options.modelId,
          http:
            host && at % 2 === 1
              ? { url: `http://127.0.0.1:${host.port}/v1`, key: host.key }
              : undefined,
          search: documents.some((row) => row.status === "ready"),
          now: () => this.#now(),
          killedAtMs: () => this.#killedAtMs,
          onJob: (job) => this.#jobs.push(job),
        }),
    );
    const plan = planSoak(minutes);
    this.#begun = performance.now();
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.#context.signal]);
    const script = [
      { atMs: plan.first.fromMs, act: () => restart(clients, comparedSeed) },
      { atMs: plan.first.toMs, act: () => restart(clients, middleSeed) },
      { atMs: plan.last.fromMs, act: () => restart(clients, comparedSeed) },
      ...(kill ? [{ atMs: plan.totalMs / 2, act: () => this.#kill() }] : []),
    ].toSorted((a, b) => a.atMs - b.atMs);
    const working = clients.map((one) => one.run(signal));
    while (this.#now() < plan.totalMs && !signal.aborted) {
      while (script[0] && script[0].atMs <= this.#now()) script.shift()?.act();
      await this.#sampleMemory(enginePid);
      this.#context.terminal.progress(
        `${formatMs(this.#now())} of ${formatMs(plan.totalMs)}, ${this.#jobs.length} requests`,
      );
      await sleep(sampleEveryMs);
    }
    end.abort();
    await Promise.all(working);
    this.#context.signal.throwIfAborted();
    const leaked = await this.#settled();
    for (const one of clients) await one.leave();
    for (const stop of stops) stop();
    return soakReport({
      ...{ minutes, clients: count, jobs: this.#jobs, memory: this.#memory, rates: this.#rates },
      ...{ leaked, first: plan.first, last: plan.last, warmUpMs: plan.warmUpMs },
      killedAtMs: this.#killedAtMs,
    });
  }

  #now(): number {
    return performance.now() - this.#begun;
  }

  #modelPid(): number | null {
    const chat = this.#options.modelId ?? this.#models?.chatModelId;
    const loaded = this.#models?.loaded.find(({ modelId }) => modelId === chat);
    return loaded?.pid ?? this.#models?.loaded[0]?.pid ?? null;
  }

  #kill(): void {
    const pid = this.#modelPid();
    if (pid === null) return;
    this.#killedAtMs = this.#now();
    process.kill(pid, "SIGKILL");
  }

  async #sampleMemory(enginePid: number): Promise<void> {
    const modelPid = this.#modelPid();
    for (const [process, pid] of [
      ["engine", enginePid],
      ["model", modelPid ?? 0],
    ] as const) {
      const rssBytes = pid === 0 ? null : await residentBytes(pid);
      if (rssBytes !== null) this.#memory.push({ process, pid, ms: this.#now(), rssBytes });
    }
  }

  /** Waits until nothing is busy any more, for a while. @returns what still is */
  async #settled(): Promise<SoakReport["leaked"]> {
    const client = await this.#context.engine();
    let busyChats = 0;
    const stop = client.watch("chats.state", {}, ({ chats }) => {
      busyChats = chats.filter((chat) => chat.busy).length;
    });
    const giveUpAt = performance.now() + settleMs;
    for (;;) {
      await sleep(500);
      const running = sum(this.#activity.models.map((model) => model.running));
      const waiting = sum(this.#activity.models.map((model) => model.waiting));
      if (running + waiting + busyChats === 0 || performance.now() > giveUpAt) {
        stop();
        return { running, waiting, busyChats };
      }
    }
  }
}

interface SoakPlan {
  totalMs: number;
  warmUpMs: number;
  first: { fromMs: number; toMs: number };
  last: { fromMs: number; toMs: number };
}

/** A minute at each end is compared, less where the whole is short; before that it warms up. */
function planSoak(minutes: number): SoakPlan {
  const totalMs = minutes * 60_000;
  const warmUpMs = Math.min(60_000, totalMs / 5);
  const stretchMs = Math.min(60_000, totalMs / 4);
  return {
    totalMs,
    warmUpMs,
    first: { fromMs: warmUpMs, toMs: warmUpMs + stretchMs },
    last: { fromMs: totalMs - stretchMs, toMs: totalMs },
  };
}

function restart(clients: readonly SoakClient[], seed: number): void {
  for (const client of clients) client.restartScript(seed);
}

/** Memory of a process that is in use, or null where it cannot be seen. */
async function residentBytes(pid: number): Promise<number | null> {
  try {
    if (process.platform === "linux") {
      const status = await fs.readFile(`/proc/${pid}/status`, "utf8");
      const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(status)?.[1];
      return kilobytes === undefined ? null : 1024 * Number(kilobytes);
    }
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
    return 1024 * Number(stdout.trim());
  } catch {
    // It has ended, or this system has no such list.
    return null;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function formatSoak(report: SoakReport): string {
  const percent = (share: number | null): string =>
    share === null ? "not seen" : `${(100 * share).toFixed(1)} %`;
  const { leaked, kill } = report;
  const outcomes = Object.entries(report.outcomes).map(([name, n]) => `${n} ${name}`);
  const rows = [
    ["Requests", `${report.jobs}: ${outcomes.join(", ")}`],
    ["Errors not caused by a client", String(report.errors.length)],
    ["Busy at the end", `${leaked.running + leaked.waiting} requests, ${leaked.busyChats} chats`],
    ["Memory growth, engine", percent(report.engineGrowth)],
    ["Memory growth, model", percent(report.modelGrowth)],
    [
      "Tokens per second",
      `${report.tokensPerSecondFirst.toFixed(1)} at first, ${report.tokensPerSecondLast.toFixed(1)} at last`,
    ],
  ];
  if (kill) {
    rows.push([
      `Killed after ${formatMs(kill.atMs)}`,
      `${kill.inFlight} under way: ${kill.typedErrors} told why, ${kill.untypedErrors} not, ${kill.survived} survived; next text after ${kill.recoveryMs === null ? "never" : formatMs(kill.recoveryMs)}`,
    ]);
  }
  const verdict =
    report.missed.length === 0 ? "All reached.\n" : `Missed: ${report.missed.join("; ")}.\n`;
  return `${formatTable(rows)}${verdict}`;
}
