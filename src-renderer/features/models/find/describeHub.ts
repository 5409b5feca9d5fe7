import type { Download } from "../../../../src-main/contract/downloads.ts";
import type { Fit } from "../../../../src-main/contract/fit.ts";
import type {
  CardFit,
  CatalogEntry,
  HubModel,
  Recommendation,
  RoughFit,
} from "../../../../src-main/contract/hub.ts";
import { describeTransfer } from "../../../lib/describeTransfer.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import { formatCompactCount, formatCount } from "../../../lib/formatCount.ts";
import { formatRelativeDay } from "../../../lib/formatRelativeDay.ts";
import type { Strings } from "../../../lib/strings/index.ts";
import { formatParameters } from "../describeModel.ts";

/** What the hub says of a repository, in one line. */
export function describeHubModel(model: HubModel, strings: Strings): string {
  const { hub, locale } = strings;
  const words = hub.model;
  const { parameters, license, contextLength, downloads, likes, updatedAt } = model;
  return (
    [
      parameters === null ? "" : hub.catalog.parameters(formatParameters(parameters, locale)),
      contextLength === null ? "" : words.context(formatCount(contextLength, locale)),
      license === null ? words.unknownLicense : words.license(license),
      words.downloads(formatCompactCount(downloads, locale)),
      words.likes(formatCompactCount(likes, locale)),
      updatedAt === null
        ? ""
        : words.updated(formatRelativeDay(new Date(updatedAt), new Date(), locale)),
    ]
      .filter((part) => part !== "")
      // A line breaks between two facts, not within one.
      .map((part) => part.replaceAll(" ", "\u00a0"))
      .join(" · ")
  );
}

export function describeEntry(entry: CatalogEntry, strings: Strings): string {
  const { hub, locale } = strings;
  return [
    hub.catalog.parameters(formatParameters(entry.billions * 1e9, locale)),
    hub.model.license(entry.license),
    entry.repository,
  ].join(" · ");
}

/** Why a model suits this machine, in two sentences. */
export function describeReason(recommendation: Recommendation, strings: Strings): string {
  const words = strings.hub.recommended;
  const { neededBytes, memoryBytes, graphics, threads, boundBy } = recommendation;
  const { locale } = strings;
  const needs = words.needs(
    formatBytes(neededBytes, locale),
    formatBytes(memoryBytes, locale),
    graphics === null ? words.here : words.onGraphics(graphics),
  );
  const bound = boundBy === "processor" ? words.processor(threads) : words[boundBy];
  return `${needs} ${bound}`;
}

export function describeRoughFit(fit: RoughFit, strings: Strings): string {
  const { locale } = strings;
  const { sentence } = strings.hub.model.roughFit;
  return sentence(formatBytes(fit.neededBytes, locale), formatBytes(fit.freeBytes, locale));
}

/** Slower than this it writes slower than people read: four or five words in a second. */
const readingTokensPerSecond = 6;

/** Whether a quantization will run well here, in one sentence. */
export function describeFitHere(fit: Fit, strings: Strings): string {
  const { locale } = strings;
  const words = strings.hub.model.fit;
  const { verdict, device, gpuLayers, layers, tokensPerSecond, largestContextTokens } = fit;
  const rate = tokensPerSecond === null ? null : twoFigures(tokensPerSecond, locale);
  switch (verdict) {
    case "gpu":
      return words.well(device ?? "");
    case "split":
      return words.inParts(gpuLayers, layers + 1, device ?? "");
    case "cpu":
      if (rate === null || tokensPerSecond === null) return words.fits;
      return tokensPerSecond >= readingTokensPerSecond ? words.quick(rate) : words.slow(rate);
    case "tight":
      return rate === null ? words.tightly : words.tightlyAt(rate);
    case "wont":
      break;
  }
  return largestContextTokens > 0
    ? words.shorter(formatCount(largestContextTokens, locale))
    : words.not;
}

/** The numbers behind {@link describeFitHere}. */
export function describeFitNumbers(fit: Fit, strings: Strings): string {
  const { locale } = strings;
  const words = strings.hub.model.fit;
  const { neededBytes, freeBytes, contextTokens, largestContextTokens } = fit;
  const needs = words.needs(
    formatBytes(neededBytes, locale),
    formatCount(contextTokens, locale),
    formatBytes(freeBytes, locale),
  );
  return fit.verdict === "wont" || largestContextTokens === contextTokens
    ? needs
    : `${needs} · ${words.largest(formatCount(largestContextTokens, locale))}`;
}

/** Whether a model will run well here, as far as its count of parameters tells. */
export function describeCardFit(fit: CardFit, strings: Strings): string {
  const { locale } = strings;
  const words = strings.hub.card;
  const needed = formatBytes(fit.neededBytes, locale);
  const free = formatBytes(fit.freeBytes, locale);
  if (fit.verdict === "too-large") return words.not(needed, free);
  if (fit.verdict === "tight") return words.tight(needed, free);
  return fit.quick ? words.well(needed) : words.slow(needed);
}

/** More was not measured. */
function twoFigures(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(value);
}

/** What a download does, with amount, rate and the rest where it moves. */
export function describeDownload(download: Download, strings: Strings): string {
  const { hub, locale } = strings;
  const { status, bytes, totalBytes, bytesPerSecond, nextTryAt } = download;
  const word = hub.downloads.status[status];
  if (status === "done") return `${word} · ${formatBytes(totalBytes, locale)}`;
  const parts = [
    word,
    describeTransfer({ doneBytes: bytes, totalBytes, bytesPerSecond }, strings),
    nextTryAt === null
      ? ""
      : hub.downloads.retryAt(
          new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(nextTryAt),
        ),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** The host of an address, as people name a place of the network. */
export function hostOf(address: string | undefined): string {
  try {
    return new URL(address ?? "").host;
  } catch {
    // Not an absolute URL. (URL.canParse is too new for Chromium 108.)
    return "";
  }
}
