import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./Tabs.module.css";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A count or a state after the label. */
  readonly badge?: ReactNode;
  readonly disabled?: boolean | undefined;
  readonly content: ReactNode;
}

export interface TabsProps<Id extends string> {
  /** What the tabs choose between, for those who listen. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}

/** Views that share one place. Arrow keys move between them. */
export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onChange,
}: TabsProps<Id>): ReactNode {
  return (
    <Radix.Root
      className={styles["tabs"]}
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.id === next);
        if (tab) onChange(tab.id);
      }}
    >
      <Radix.List className={styles["list"]} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            disabled={tab.disabled ?? false}
            className={styles["tab"]}
          >
            {tab.label}
            {tab.badge}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={styles["content"]}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
