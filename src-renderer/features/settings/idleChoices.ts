/** Minutes to choose from. */
export const idleChoices = ["5", "15", "60", "never"] as const;
type Choice = (typeof idleChoices)[number];

/** The choice that is on record; of a time that none of them has, the nearest. */
export function idleChoiceOf(minutes: number | null): Choice {
  if (minutes === null) return "never";
  if (minutes < 10) return "5";
  return minutes < 40 ? "15" : "60";
}
