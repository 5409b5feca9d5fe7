import { HearthError } from "../../contract/errors.ts";
import type { Fit, FitVerdict, HubFit } from "../../contract/fit.ts";
import type { HubQuantization } from "../../contract/hub.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { formatBytes, formatTable } from "../format.ts";
import { UsageError } from "../UsageError.ts";
import { chooseQuantization, giveToken, tokenFile } from "./hub.ts";

type Client = Awaited<ReturnType<CommandContext["engine"]>>;

export const modelsShow = defineCommand({
  name: "models show",
  usage: "OWNER/NAME[:QUANTIZATION]",
  summary:
    "Lists the quantizations of a model at the hub, and how each fits here, told from the header of one; this uses the network",
  options: { "token-file": tokenFile },
  positionals: "OWNER/NAME[:QUANTIZATION]",
  run: async (values, positionals, context) => {
    const [word = "", ...more] = positionals;
    if (more.length > 0) throw new UsageError("Give one model.");
    const [repository = "", wanted] = word.split(":");
    const client = await context.engine();
    await giveToken(client, values["token-file"], context);
    const found = await client.call("hub.model", { repository }, { signal: context.signal });
    const { model, quantizations, refused } = found;
    const key =
      wanted === undefined ? null : chooseQuantization(repository, quantizations, wanted).key;
    const { revision } = model;
    const judged = await judge(client, { repository, revision, key }, context.signal);
    const facts = [
      model.license ?? "licence unknown",
      ...(model.gated ? ["gated"] : []),
      ...(model.parameters === null ? [] : [`${(model.parameters / 1e9).toPrecision(2)}B`]),
    ];
    const notes = refused.map(({ path, reason }) => `Not fetched: ${path}: ${reason}\n`);
    const { fits, problem } = judged;
    return {
      json: {
        model,
        quantizations: quantizations.map((one) => ({
          ...one,
          judged: fits.find((fit) => fit.key === one.key) ?? null,
        })),
        refused,
        headerProblem: problem?.toData() ?? null,
      },
      text: [
        `${repository}: ${facts.join(" · ")}\n`,
        quantizationTable(quantizations, fits),
        ...fitNotes(quantizations, fits, problem),
        ...notes,
      ].join(""),
    };
  },
});

/** Where no header can be had, what the size tells remains. */
async function judge(
  client: Client,
  question: { repository: string; revision: string | null; key: string | null },
  signal: AbortSignal,
): Promise<{ fits: readonly HubFit[]; problem: HearthError | null }> {
  try {
    return { fits: (await client.call("hub.fits", question, { signal })).fits, problem: null };
  } catch (error) {
    if (signal.aborted || !(error instanceof HearthError)) throw error;
    return { fits: [], problem: error };
  }
}

export function quantizationTable(
  quantizations: readonly HubQuantization[],
  fits: readonly HubFit[],
): string {
  return formatTable([
    ["QUANTIZATION", "SIZE", "PARTS", "FITS", "NEEDS", "CONTEXT", "SPEED", "FILE"],
    ...quantizations.map((one) => {
      const fit = fits.find(({ key }) => key === one.key)?.fit ?? null;
      const columns = fit ? fitColumns(fit) : roughColumns(one);
      if (one.installed) columns[0] = "here already";
      return [one.quantization, formatBytes(one.bytes), String(one.parts), ...columns, one.key];
    }),
  ]);
}

const verdicts: Readonly<Record<FitVerdict, string>> = {
  gpu: "on graphics",
  split: "split",
  cpu: "on the CPU",
  tight: "tight",
  wont: "no",
};

function fitColumns(fit: Fit): string[] {
  const { verdict, gpuLayers, layers, neededBytes, largestContextTokens, tokensPerSecond } = fit;
  const layersText = verdict === "split" ? ` (${gpuLayers} of ${layers + 1} layers)` : "";
  return [
    `${verdicts[verdict]}${layersText}`,
    formatBytes(neededBytes),
    largestContextTokens > 0 ? `up to ${largestContextTokens}` : "none",
    tokensPerSecond === null ? "" : `${Number(tokensPerSecond.toPrecision(2))} tok/s`,
  ];
}

const roughVerdicts = { fits: "likely", tight: "maybe", "too-large": "hardly" } as const;

function roughColumns({ fit }: HubQuantization): string[] {
  return [roughVerdicts[fit.verdict], `about ${formatBytes(fit.neededBytes)}`, "", ""];
}

function fitNotes(
  quantizations: readonly HubQuantization[],
  fits: readonly HubFit[],
  problem: HearthError | null,
): string[] {
  const nameOf = (key: string): string =>
    quantizations.find((one) => one.key === key)?.quantization ?? key;
  const header = fits.find(({ basis }) => basis === "header");
  const tokens = header?.fit?.contextTokens;
  return [
    ...(header
      ? [`Told from the header of ${nameOf(header.key)}, for ${tokens} tokens of context.\n`]
      : []),
    ...(problem
      ? [`No header was read, so fits are by size alone: ${problem.title} ${problem.reason}\n`]
      : []),
    ...fits.flatMap(({ key, problem: own }) =>
      own ? [`${nameOf(key)} cannot be used: ${own.cause}\n`] : [],
    ),
  ];
}
