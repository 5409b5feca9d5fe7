import {
  ChevronLeft,
  ChevronRight,
  Download,
  CircleHelp,
  ReceiptText,
  RefreshCw,
} from "lucide-react";
import { memo, useMemo, type ReactNode } from "react";
import { withSigns } from "../../../src-main/contract/answerSigns.ts";
import type { Message } from "../../../src-main/contract/chat.ts";
import { openLink } from "../../api/bridge.ts";
import { useNavigation } from "../../app/navigation.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { CitationMark } from "../../ui/CitationMark.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import type { Verdict } from "../../ui/markdown/components.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { ReasoningBlock } from "../../ui/ReasoningBlock.tsx";
import { continueAnswer, regenerate, showBranch, type Live } from "./chatStore.ts";
import { exportItems } from "./exportChat.ts";
import { DeclinedWays } from "./DeclinedWays.tsx";
import { EvidenceCards, openCitation } from "./EvidenceCards.tsx";
import type { Branch } from "./messageTree.ts";
import { SupportMark } from "./SupportMark.tsx";
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
  const { grounding, text } = message;
  // What is doubted is known when the answer has ended.
  const shown = useMemo(
    () => (live !== null || !grounding ? text : withSigns(text, grounding.sentences)),
    [live, text, grounding],
  );
  const renderCitation = (number: number): ReactNode => {
    const citation = citations.find((candidate) => candidate.n === number);
    if (!citation) return null;
    return (
      <CitationMark
        number={number}
        label={chat.cite(number, citation.document, citation.page)}
        description={citation.quote}
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
      <EvidenceCards chatId={message.chatId} citations={citations} label={chat.evidence} />
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
          text={shown}
          streaming={live !== null}
          onOpenLink={openLink}
          citations={citations.map((citation) => citation.n)}
          renderCitation={renderCitation}
          renderVerdict={renderVerdict}
        />
      )}
      {live !== null && message.text !== "" && <StepLine live={live} quiet />}
      {live === null && grounding?.abstained === true && (
        <DeclinedWays message={message} nearest={grounding.nearest} busy={busy} />
      )}
      {message.error && <InlineError error={message.error} />}
      {live === null && <AnswerFooter message={message} branch={branch} busy={busy} />}
    </article>
  );
});

function renderVerdict(verdict: Verdict): ReactNode {
  return <SupportMark verdict={verdict} />;
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
  const strings = useStrings();
  if (quiet && live.step !== "check") return null;
  return (
    <p className={styles["step"]} role="status">
      {stepWords(live, quiet, strings)}
    </p>
  );
}

function stepWords({ place, prompt, step, parts }: Live, quiet: boolean, strings: Strings): string {
  const { chat, locale } = strings;
  if (place !== null) return chat.queued(place);
  if (parts && step === "read") {
    return chat.readingParts(
      formatCount(Math.min(parts.done + 1, parts.total), locale),
      formatCount(parts.total, locale),
      parts.leftMs === null ? "" : describeRemaining(parts.leftMs, strings),
    );
  }
  if (!quiet && prompt !== null && prompt.total > 0 && prompt.done < prompt.total) {
    const percent = new Intl.NumberFormat(locale, { style: "percent" });
    return chat.reading(percent.format(prompt.done / prompt.total));
  }
  return chat.steps[step] ?? chat.steps[""] ?? "";
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
        <Menu items={exportItems(chatId, id)}>
          <IconButton icon={Download} label={chat.exportAnswer} />
        </Menu>
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
