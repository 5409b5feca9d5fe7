import type { MenuItem } from "./menuItems.tsx";

export type CheckItem = Extract<MenuItem, { kind: "check" }>;
export type ActionItem = Extract<MenuItem, { kind?: "action" | undefined }>;

/**
 * The rows of a menu that hold every word of a query, those that are chosen first.
 *
 * @returns at most so many checks, how many `more` there are, and all actions
 */
export function searchItems(
  items: readonly MenuItem[],
  query: string,
  most: number,
): { checks: CheckItem[]; actions: ActionItem[]; more: number } {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  const found = items.filter((item): item is CheckItem => {
    if (item.kind !== "check") return false;
    const text = (item.keywords ?? item.label).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const checks = [
    ...found.filter(({ checked }) => checked),
    ...found.filter(({ checked }) => !checked),
  ];
  return {
    checks: checks.slice(0, most),
    actions: items.filter(
      (item): item is ActionItem => item.kind === undefined || item.kind === "action",
    ),
    more: Math.max(0, checks.length - most),
  };
}
