import { useId, type ReactNode } from "react";
import styles from "./PageFrame.module.css";

export interface PageFrameProps {
  readonly title: string;
  /** Beside the title: a count. */
  readonly meta?: ReactNode;
  /** At the right end of the header. */
  readonly actions?: ReactNode;
  /** How wide the content may get: settings and lists read best narrow, tables want room. */
  readonly width?: "reading" | "wide" | undefined;
  /** The content takes all the room and scrolls by itself. */
  readonly fill?: boolean | undefined;
  readonly children: ReactNode;
}

/** The outer part of a view of the main area: what stands at its top, and what fills the rest. */
export function PageShell({
  label,
  header,
  children,
}: {
  readonly label: string;
  readonly header: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className={styles["page"]} aria-label={label}>
      <header className={styles["header"]}>{header}</header>
      {children}
    </section>
  );
}

/** A view of the main area: its heading stays, its content scrolls. */
export function PageFrame({
  title,
  meta,
  actions,
  width = "reading",
  fill = false,
  children,
}: PageFrameProps): ReactNode {
  return (
    <PageShell
      label={title}
      header={
        <>
          <h1 className={styles["title"]}>{title}</h1>
          {Boolean(meta) && <span className={styles["meta"]}>{meta}</span>}
          <span className={styles["grow"]} />
          {actions}
        </>
      }
    >
      {fill ? (
        <div className={styles["fill"]}>{children}</div>
      ) : (
        <div className={styles["scroller"]}>
          <div className={styles["body"]} data-width={width}>
            {children}
          </div>
        </div>
      )}
    </PageShell>
  );
}

export interface PageSectionProps {
  readonly title: string;
  readonly hint?: ReactNode;
  /** Without a line above it, as where the content has borders of its own. */
  readonly plain?: boolean | undefined;
  readonly children: ReactNode;
}

/** A part of a page under a heading of its own. */
export function PageSection({ title, hint, plain, children }: PageSectionProps): ReactNode {
  const id = useId();
  return (
    <section className={styles["section"]} data-plain={plain || undefined} aria-labelledby={id}>
      <div className={styles["sectionHead"]}>
        <h2 id={id}>{title}</h2>
        {Boolean(hint) && <p>{hint}</p>}
      </div>
      {children}
    </section>
  );
}

/** What stands in the middle of a page, or of what is left of it, when there is nothing to list. */
export function PageMiddle({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className={styles["middle"]}>{children}</div>;
}
