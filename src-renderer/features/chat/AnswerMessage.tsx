import {
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  CircleHelp,
  ReceiptText,
  RefreshCw,
} from "lucide-react";
import { memo, type ReactNode } from "react";
import type { Message } from "../../../src-main/contract/chat.ts";
import type { AnswerSentence } from "../../../src-main/contract/search.ts";
import { openLink } from "../../api/bridge.ts";
import { useNavigation } from "../../app/navigation.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { CitationMark } from "../../ui/CitationMark.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { ReasoningBlock } from "../../ui/ReasoningBlock.tsx";
import { continueAnswer, regenerate, showBranch, type Live } from "./chatStore.ts";
import { canShowChecked, CheckedText } from "./CheckedText.tsx";
import { EvidenceCards, openCitation } from "./EvidenceCards.tsx";
import type { Branch } from "./messageTree.ts";
import styles from "./Message.module.css";

export interface AnswerMessageProps {
  readonly message: Message;
  readonly branch: Branch;
  /** Set while this answer is arriving. */
  readonly live: Live | null;
  /** Whether another answer of the chat is arriving. */
  readonly busy: boolean;
}

/** An answer: plain text on the page, with what it stands on and what can be done with it. */
export const AnswerMessage = memo(function AnswerMessage({
  message,
  branch,
  live,
  busy,
}: AnswerMessageProps): ReactNode {
  const { chat } = useStrings();
  const citations = message.grounding?.citations ?? live?.evidence ?? [];
  const checked = live === null ? splitChecked(message) : null;
  const renderCitation = (number: number): ReactNode => {
    const citation = citations.find((candidate) => candidate.n === number);
    if (!citation) return null;
    return (
      <CitationMark
        number={number}
        label={chat.cite(number, citation.document, citation.page)}
        preview={<CitationPreview citation={citation} />}
        onOpen={() => openCitation(citation)}
      />
    );
  };
  const waiting = live !== null && message.text === "" && message.reasoning === "";
  return (
    <article className={styles["answer"]} aria-label={chat.answer} aria-busy={live !== null}>
      {message.droppedMessages > 0 && (
        <p className={styles["notice"]}>{chat.dropped(message.droppedMessages)}</p>
      )}
      {message.grounding?.abstained === true && (
        <Badge tone="warn" icon={CircleHelp}>
          {chat.declined}
        </Badge>
      )}
      <EvidenceCards citations={citations} />
      {message.reasoning !== "" && (
        <ReasoningBlock
          text={message.reasoning}
          live={live !== null && message.text === ""}
          onOpenLink={openLink}
        />
      )}
      {waiting && <StepLine live={live} />}
      {message.text !== "" && (
        <Markdown
          text={checked ? `> ${checked.quote} [1]` : message.text}
          streaming={live !== null}
          onOpenLink={openLink}
          citations={citations.map((citation) => citation.n)}
          renderCitation={renderCitation}
        />
      )}
      {checked && <CheckedText sentences={checked.rest} renderCitation={renderCitation} />}
      {live !== null && message.text !== "" && <StepLine live={live} quiet />}
      {live === null && !checked && <UnsupportedNote message={message} />}
      {message.error && <InlineError error={message.error} />}
      {live === null && <AnswerFooter message={message} branch={branch} busy={busy} />}
    </article>
  );
});

/** A grounded answer as its quote and the sentences behind it, where these are plain text. */
function splitChecked(message: Message): { quote: string; rest: AnswerSentence[] } | null {
  const grounding = message.grounding;
  if (!grounding || grounding.abstained || grounding.receipt?.route === "whole") return null;
  const [quote, ...rest] = grounding.sentences;
  return quote && canShowChecked(rest) ? { quote: quote.text, rest } : null;
}

function CitationPreview({
  citation,
}: {
  citation: NonNullable<Message["grounding"]>["citations"][number];
}): ReactNode {
  const place = describePlace(citation.location, useStrings());
  return (
    <span className={styles["preview"]}>
      <span className={styles["previewQuote"]}>{citation.quote}</span>
      <span className={styles["previewSource"]}>
        {citation.document}
        {place !== "" && `, ${place}`}
      </span>
    </span>
  );
}

/** What is going on before text comes, in words. */
function StepLine({ live, quiet = false }: { live: Live; quiet?: boolean }): ReactNode {
  const { chat, locale } = useStrings();
  const { place, prompt, step, parts } = live;
  if (quiet && step !== "check") return null;
  const reading = prompt !== null && prompt.total > 0 && prompt.done < prompt.total && !quiet;
  const percent = reading
    ? new Intl.NumberFormat(locale, { style: "percent" }).format(prompt.done / prompt.total)
    : "";
  return (
    <p className={styles["step"]} role="status">
      {place !== null && chat.queued(place)}
      {place === null &&
        (reading
          ? chat.reading(percent)
          : parts && step === "read"
            ? chat.readingParts(parts.done, parts.total, parts.leftMs)
            : (chat.steps[step] ?? chat.steps[""]))}
    </p>
  );
}

/** The sentences that the documents do not carry, said in words below the answer. */
function UnsupportedNote({ message }: { message: Message }): ReactNode {
  const { chat } = useStrings();
  const doubtful = (message.grounding?.sentences ?? []).filter(
    (sentence) => sentence.supported !== "supported",
  );
  if (doubtful.length === 0) return null;
  return (
    <ul className={styles["doubts"]}>
      {doubtful.map((sentence) => (
        <li key={sentence.text}>
          <Badge tone={sentence.supported === "partly" ? "warn" : "bad"} icon={CircleAlert}>
            {sentence.supported === "partly" ? chat.partly : chat.unsupported}
          </Badge>
          <span className={styles["doubt"]}>{sentence.text}</span>
        </li>
      ))}
    </ul>
  );
}

function AnswerFooter({
  message,
  branch,
  busy,
}: {
  message: Message;
  branch: Branch;
  busy: boolean;
}): ReactNode {
  const { chat, locale } = useStrings();
  const { chatId, id, stats, status } = message;
  const resumable = !message.grounding && ["length", "stopped", "interrupted"].includes(status);
  const openReceipt = (): void =>
    useNavigation.getState().openPanel({ kind: "receipt", chatId, messageId: id });
  return (
    <footer className={styles["footer"]}>
      {(status === "length" || status === "stopped" || status === "interrupted") && (
        <span className={styles["ending"]}>{chat.status[status]}</span>
      )}
      {resumable && (
        <Button size="regular" disabled={busy} onClick={() => void continueAnswer(chatId, id)}>
          {chat.continue}
        </Button>
      )}
      <span className={styles["actions"]}>
        <BranchSwitch chatId={chatId} branch={branch} />
        <CopyButton text={message.text} label={chat.copy} />
        <IconButton
          icon={RefreshCw}
          label={chat.regenerate}
          disabled={busy}
          onClick={() => void regenerate(chatId, id)}
        />
        {message.grounding?.receipt && (
          <IconButton icon={ReceiptText} label={chat.receipt} onClick={openReceipt} />
        )}
      </span>
      {stats && (
        <span className={styles["stats"]}>
          {chat.stats(formatCount(Math.round(stats.tokensPerSecond * 10) / 10, locale))}
          {" · "}
          {chat.contextUse(
            formatCount(stats.promptTokens + stats.tokens, locale),
            formatCount(stats.contextTokens, locale),
          )}
          {" · "}
          {stats.model} {stats.quantization}
        </span>
      )}
    </footer>
  );
}

/** ‹2/3›: the versions of a turn. */
export function BranchSwitch({
  chatId,
  branch,
}: {
  chatId: Message["chatId"];
  branch: Branch;
}): ReactNode {
  const { chat } = useStrings();
  const { siblings, index } = branch;
  if (siblings.length < 2) return null;
  const show = (at: number): void => {
    const sibling = siblings[at];
    if (sibling) void showBranch(chatId, sibling);
  };
  return (
    <span className={styles["branch"]}>
      <IconButton
        icon={ChevronLeft}
        label={chat.previousVersion}
        disabled={index === 0}
        onClick={() => show(index - 1)}
      />
      <span className={styles["branchCount"]}>{chat.version(index + 1, siblings.length)}</span>
      <IconButton
        icon={ChevronRight}
        label={chat.nextVersion}
        disabled={index === siblings.length - 1}
        onClick={() => show(index + 1)}
      />
    </span>
  );
}
