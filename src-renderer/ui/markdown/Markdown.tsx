import { memo, type ReactNode, useMemo } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import { cx } from "../../lib/cx.ts";
import { citationPlugin } from "./citations.ts";
import { answerSignPlugin } from "./answerSigns.ts";
import { components, LiveContext, MarkdownContext, type Verdict } from "./components.tsx";
import styles from "./Markdown.module.css";
import { allowedTreePlugin, lineBreakPlugin } from "./plugins.ts";
import { settleTail } from "./settleTail.ts";
import { splitBlocks } from "./splitBlocks.ts";

export interface MarkdownProps {
  readonly text: string;
  /** The text is still coming: its end is steadied and a caret may be drawn after it. */
  readonly streaming?: boolean | undefined;
  /** A link was chosen (http, https or mailto). Nothing opens by itself: ask, then open. */
  readonly onOpenLink: (url: string) => void;
  /** The numbers that the host has assigned. Only their markers become citations. */
  readonly citations?: readonly number[] | undefined;
  readonly renderCitation?: ((number: number) => ReactNode) | undefined;
  /** What the signs of a checked answer in the text are shown as; see `answerSigns.ts`. */
  readonly renderVerdict?: ((verdict: Verdict) => ReactNode) | undefined;
  /** `small` for what stands beside the main text, such as reasoning. */
  readonly size?: "reading" | "small" | undefined;
}

/** A block this long is no prose. Parsing it at each step would hold up the page. */
const maxBlockChars = 100_000;

/**
 * Text that a model or a document wrote, shown as Markdown. It can run no script, load nothing and
 * lead nowhere by itself, whole or cut at any point. Cheap while it streams: the text is cut into
 * blocks, and those before the last are not looked at again.
 */
export const Markdown = memo(function Markdown({
  text,
  streaming = false,
  onOpenLink,
  citations,
  renderCitation,
  renderVerdict,
  size = "reading",
}: MarkdownProps): ReactNode {
  const { blocks, definitions } = useMemo(() => splitBlocks(text), [text]);
  const context = useMemo(
    () => ({ onOpenLink, renderCitation, renderVerdict }),
    [onOpenLink, renderCitation, renderVerdict],
  );
  const assigned = citations?.join(",") ?? "";
  return (
    <MarkdownContext value={context}>
      <div className={cx(styles["markdown"], styles[size])} data-selectable>
        {blocks.map((block, index) => {
          const live = streaming && index === blocks.length - 1;
          const shown = live ? settleTail(block) : block;
          return (
            // Blocks only ever grow at the end, so their place is their identity.
            <Block
              key={index}
              text={
                definitions !== "" && block.includes("[") ? `${definitions}\n\n${shown}` : shown
              }
              live={live}
              assigned={assigned}
            />
          );
        })}
      </div>
    </MarkdownContext>
  );
});

interface BlockProps {
  readonly text: string;
  readonly live: boolean;
  /** Assigned citation numbers, joined by commas: compared by value. */
  readonly assigned: string;
}

const Block = memo(function Block({ text, live, assigned }: BlockProps): ReactNode {
  return (
    <LiveContext value={live}>
      <div className={cx(styles["block"], live && styles["live"])}>
        {renderBlock(text, assigned)}
      </div>
    </LiveContext>
  );
});

function renderBlock(text: string, assigned: string): ReactNode {
  if (text.length > maxBlockChars) return <p className={styles["plain"]}>{text}</p>;
  try {
    // Called, not mounted, so that what goes wrong inside is caught here.
    return ReactMarkdown({ ...optionsFor(assigned), children: text });
  } catch (error) {
    // Text that no parser copes with (nested thousands deep) is still text.
    console.warn("Shown without formatting:", error);
    return <p className={styles["plain"]}>{text}</p>;
  }
}

const cachedOptions = new Map<string, Options>();

function optionsFor(assigned: string): Options {
  let options = cachedOptions.get(assigned);
  if (!options) {
    const numbers = new Set(assigned === "" ? [] : assigned.split(",").map(Number));
    options = {
      remarkPlugins: [remarkGfm, lineBreakPlugin, citationPlugin(numbers), answerSignPlugin],
      rehypePlugins: [allowedTreePlugin],
      components,
      // The plugin above and the components below decide on each address; none is used as it is.
      urlTransform: (url) => url,
    };
    if (cachedOptions.size > 50) cachedOptions.clear();
    cachedOptions.set(assigned, options);
  }
  return options;
}
