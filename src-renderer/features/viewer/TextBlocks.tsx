import { memo, type ReactNode } from "react";
import type { PageBlock } from "../../../src-main/contract/pageStructure.ts";
import { blocksOf, tableCells, within, type Span, type TextPart } from "./textParts.ts";
import styles from "./TextView.module.css";

/** One part of a document, with its headings, lists, tables and code, and a stretch of it lit. */
export const TextBlocks = memo(function TextBlocks({
  part,
  lit,
}: {
  readonly part: TextPart;
  readonly lit: Span | undefined;
}): ReactNode {
  return (
    <div data-part={part.number} className={styles["part"]}>
      {blocksOf(part).map((block) => (
        <Block key={block.start} text={part.text} block={block} lit={lit} />
      ))}
    </div>
  );
});

interface BlockProps {
  readonly text: string;
  readonly block: PageBlock;
  readonly lit: Span | undefined;
}

function Block({ text, block, lit }: BlockProps): ReactNode {
  const words = <Lit text={text} span={block} lit={lit} />;
  switch (block.kind) {
    case "heading":
      return (
        // The panel's own title is of level 2.
        <p
          role="heading"
          aria-level={Math.min(6, (block.level ?? 6) + 2)}
          data-start={block.start}
          className={styles["heading"]}
          data-level={Math.min(3, block.level ?? 3)}
        >
          {words}
        </p>
      );
    case "code":
      return (
        <pre data-start={block.start} className={styles["code"]}>
          {words}
        </pre>
      );
    case "quote":
      return (
        <blockquote data-start={block.start} className={styles["quote"]}>
          {words}
        </blockquote>
      );
    case "table":
      return <TableBlock text={text} block={block} lit={lit} />;
    case "list":
    case "note":
    case "paragraph":
      return (
        <p data-start={block.start} className={styles["paragraph"]} data-kind={block.kind}>
          {words}
        </p>
      );
  }
}

function TableBlock({ text, block, lit }: BlockProps): ReactNode {
  const rows = tableCells(text, block);
  const { columns } = block;
  const count = Math.max(columns?.length ?? 0, ...rows.map((row) => row.length));
  return (
    <div data-start={block.start} className={styles["tableFrame"]} tabIndex={0}>
      <table className={styles["table"]}>
        {columns && (
          <thead>
            <tr>
              {columns.map((name, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- columns may have the same name
                <th key={at} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- the order never changes
            <tr key={at}>
              {Array.from({ length: count }, (_, column) => {
                const cell = row.find((candidate) => candidate.column === column);
                return <td key={column}>{cell && <Lit text={text} span={cell} lit={lit} />}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A stretch of the text, with what is lit of it marked. */
function Lit({
  text,
  span,
  lit,
}: {
  readonly text: string;
  readonly span: Span;
  readonly lit: Span | undefined;
}): ReactNode {
  const own = text.slice(span.start, span.end);
  const marked = lit && within(lit, span.start, own.length);
  if (!marked) return own;
  return (
    <>
      {own.slice(0, marked.start)}
      <mark data-highlight className={styles["mark"]}>
        {own.slice(marked.start, marked.end)}
      </mark>
      {own.slice(marked.end)}
    </>
  );
}
