import { ImageOff } from "lucide-react";
import { createContext, type KeyboardEvent, type ReactNode, useContext } from "react";
import type { Components, ExtraProps } from "react-markdown";
import { useStrings } from "../../lib/strings/index.ts";
import { VisuallyHidden } from "../VisuallyHidden.tsx";
import { CodeBlock } from "./CodeBlock.tsx";
import styles from "./Markdown.module.css";
import { isInlineImage, safeLink } from "./safeUrl.ts";
import { textOf } from "./tree.ts";

export interface MarkdownActions {
  readonly onOpenLink: (url: string) => void;
  readonly renderCitation: ((number: number) => ReactNode) | undefined;
  readonly renderVerdict: ((verdict: Verdict) => ReactNode) | undefined;
}

/** What is said behind a sentence, or a word of it, that the documents do not carry. */
export type Verdict = "partly" | "unsupported" | "missing";

export const MarkdownContext = createContext<MarkdownActions>({
  onOpenLink: () => undefined,
  renderCitation: undefined,
  renderVerdict: undefined,
});

/** Whether the block is the one that is still coming. */
export const LiveContext = createContext(false);

/**
 * A link without an address: browsers look up the hosts of links that are merely on a page, which
 * would tell them what a document has put in the name. The address is in the title, and goes out
 * only through `onOpenLink`.
 */
function Link({ url, children }: { url: string; children: ReactNode }): ReactNode {
  const { onOpenLink } = useContext(MarkdownContext);
  const { ui } = useStrings();
  return (
    <a
      role="link"
      tabIndex={0}
      className={styles["link"]}
      title={ui.linkTarget(url)}
      onClick={() => onOpenLink(url)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Enter") onOpenLink(url);
      }}
    >
      {children}
    </a>
  );
}

function Image({ src, alt }: { src: string; alt: string }): ReactNode {
  const { ui } = useStrings();
  if (isInlineImage(src)) return <img className={styles["image"]} src={src} alt={alt} />;
  const url = safeLink(src);
  return (
    <span className={styles["absent"]}>
      <ImageOff size={14} aria-hidden />
      <span>{ui.imageNotLoaded(alt)}</span>
      {url !== null && <Link url={url}>{url}</Link>}
    </span>
  );
}

function Citation({ number }: { number: number }): ReactNode {
  const { renderCitation } = useContext(MarkdownContext);
  return renderCitation ? renderCitation(number) : <sup>[{number}]</sup>;
}

const verdicts: readonly Verdict[] = ["partly", "unsupported", "missing"];

function VerdictMark({ verdict }: { verdict: Verdict }): ReactNode {
  const { renderVerdict } = useContext(MarkdownContext);
  return renderVerdict?.(verdict) ?? null;
}

function Task({ done }: { done: boolean }): ReactNode {
  const { ui } = useStrings();
  return (
    <>
      <VisuallyHidden>{done ? ui.taskDone : ui.taskOpen}</VisuallyHidden>
      <span className={styles["task"]} data-done={done} aria-hidden="true" />
    </>
  );
}

function Pre({ node, children }: { children?: ReactNode } & ExtraProps): ReactNode {
  const live = useContext(LiveContext);
  const code = node?.children[0];
  if (code?.type !== "element") return <pre>{children}</pre>;
  const names = code.properties["className"];
  const language = Array.isArray(names) ? String(names[0]).replace(/^language-/, "") : null;
  return <CodeBlock code={textOf(code).replace(/\n$/, "")} language={language} live={live} />;
}

/** An answer's headings stand below those of the page; they keep their own rank for the eye. */
const heading =
  (Tag: "h3" | "h4" | "h5" | "h6", rank: number) =>
  ({ children }: { children?: ReactNode }): ReactNode => <Tag data-rank={rank}>{children}</Tag>;

/** How each element is shown. One constant set, so that finished blocks stay as they are. */
export const components: Components = {
  h1: heading("h3", 1),
  h2: heading("h4", 2),
  h3: heading("h5", 3),
  h4: heading("h6", 4),
  h5: heading("h6", 4),
  h6: heading("h6", 4),
  a({ href, children }) {
    const url = typeof href === "string" ? safeLink(href) : null;
    return url === null ? <span>{children}</span> : <Link url={url}>{children}</Link>;
  },
  img({ src, alt }) {
    return <Image src={typeof src === "string" ? src : ""} alt={alt ?? ""} />;
  },
  mark({ node, children }) {
    return (
      <span className={styles["doubted"]} data-support={String(node?.properties["dataSupport"])}>
        {children}
      </span>
    );
  },
  span({ children }) {
    return <span className={styles["glue"]}>{children}</span>;
  },
  sup({ node, children }) {
    const verdict = verdicts.find((one) => one === node?.properties["dataVerdict"]);
    if (verdict) return <VerdictMark verdict={verdict} />;
    const number = Number(node?.properties["dataCitation"]);
    return number > 0 ? <Citation number={number} /> : <sup>{children}</sup>;
  },
  input({ checked }) {
    return <Task done={checked === true} />;
  },
  table({ children }) {
    return (
      // Focusable, so that a wide table can be scrolled by keyboard.
      <div className={styles["table"]} tabIndex={0} role="group">
        <table>{children}</table>
      </div>
    );
  },
  pre: Pre,
};
