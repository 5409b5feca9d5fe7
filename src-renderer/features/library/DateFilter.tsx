import type { ReactNode } from "react";
import { formatDay } from "../../lib/formatDay.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import type { DateRange } from "./libraryFilters.ts";
import styles from "./DateFilter.module.css";

const presets = [7, 30, 365] as const;

export interface DateFilterProps {
  readonly range: DateRange | null;
  readonly onChange: (range: DateRange | null) => void;
}

/** From one day to another, by the date of the file or of its adding. */
export function DateFilter({ range, onChange }: DateFilterProps): ReactNode {
  const { organise } = useStrings();
  const now = range ?? { field: "modified", from: "", to: "" };
  const change = (patch: Partial<DateRange>): void => {
    const next = { ...now, ...patch };
    onChange(next.from === "" && next.to === "" ? null : next);
  };
  return (
    <div className={styles["panel"]}>
      <Segmented
        label={organise.date}
        hideLabel
        value={now.field}
        options={[
          { value: "modified", label: organise.fileDate },
          { value: "added", label: organise.dateAdded },
        ]}
        onChange={(field) =>
          range ? change({ field }) : onChange({ ...now, field, from: dayBefore(30) })
        }
      />
      <div className={styles["presets"]}>
        {presets.map((days) => (
          <Button
            key={days}
            variant="quiet"
            aria-pressed={now.from === dayBefore(days) && now.to === ""}
            onClick={() => change({ from: dayBefore(days), to: "" })}
          >
            {days === 365 ? organise.lastYear : organise.lastDays(days)}
          </Button>
        ))}
      </div>
      <div className={styles["days"]}>
        <label>
          {organise.from}
          <input
            type="date"
            value={now.from}
            max={now.to || undefined}
            onChange={(event) => change({ from: event.target.value })}
          />
        </label>
        <label>
          {organise.to}
          <input
            type="date"
            value={now.to}
            min={now.from || undefined}
            onChange={(event) => change({ to: event.target.value })}
          />
        </label>
      </div>
      <Button disabled={range === null} onClick={() => onChange(null)}>
        {organise.anyTime}
      </Button>
    </div>
  );
}

/** A range in words: "3 Mar 2025 – 5 Apr 2025", "since 3 Mar 2025". */
export function describeRange(
  { from, to }: DateRange,
  words: Strings["organise"],
  locale: string,
): string {
  const shown = (day: string): string => formatDay(new Date(`${day}T12:00`).getTime(), locale);
  if (to === "") return words.since(shown(from));
  if (from === "") return words.until(shown(to));
  return from === to ? shown(from) : `${shown(from)} – ${shown(to)}`;
}

/** Local day so many days ago, as `<input type="date">` writes it. */
function dayBefore(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() - days);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
