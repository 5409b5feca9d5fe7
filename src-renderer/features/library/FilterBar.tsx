import { ArrowDownUp, CalendarDays, ChevronDown, X } from "lucide-react";
import { memo, useDeferredValue, type ComponentProps, type ReactNode } from "react";
import type { Collection } from "../../../src-main/contract/collections.ts";
import { cx } from "../../lib/cx.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { languageName } from "../../lib/languageName.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { SearchMenu } from "../../ui/SearchMenu.tsx";
import type { Facet, Facets, Sort, SortField } from "./arrangeDocuments.ts";
import { DateFilter, describeRange } from "./DateFilter.tsx";
import { hasFilters, sentFolder, type LibraryFilters, type StatusGroup } from "./libraryFilters.ts";
import { clearFilters, setFilters, useLibraryView } from "./libraryStore.ts";
import styles from "./FilterBar.module.css";

/** So many values are read through; of more, one is found by typing. */
const mostInMenu = 20;
const sortFields: readonly SortField[] = ["name", "added", "modified", "size", "type"];
const statusGroups: readonly StatusGroup[] = ["ready", "working", "failed"];

const none: Facets = {
  tags: [],
  types: [],
  languages: [],
  folders: [],
  statuses: [],
  duplicates: 0,
};
const noFacets = (): Facets => none;

export interface FilterBarProps {
  readonly facets: () => Facets;
  readonly collections: readonly Collection[];
  /** What can be done with collections, below their names. */
  readonly collectionItems: readonly MenuItem[];
}

/** What narrows and sorts the list. A filter that has nothing to offer is not there. */
export const FilterBar = memo(function FilterBar({
  facets: facetsOf,
  collections,
  collectionItems,
}: FilterBarProps): ReactNode {
  const { organise, locale } = useStrings();
  const filters = useLibraryView((view) => view.filters);
  const sort = useLibraryView((view) => view.sort);
  // Passages come best first.
  const sorts = useLibraryView((view) => view.searchIn === "names");
  // The list is painted first; what it can be narrowed to comes a moment later.
  const facets = useDeferredValue(facetsOf, noFacets)();
  const collection = collections.find(({ id }) => id === filters.collectionId);
  const statusName = (value: string): string =>
    organise.statuses[statusGroups.find((group) => group === value) ?? "ready"];
  const single = (
    key: "type" | "language" | "folder" | "status",
    list: readonly Facet[],
    nameOf: (value: string) => string,
    wholeNameOf = nameOf,
  ): ReactNode => {
    const value = filters[key];
    if (list.length < 2 && value === null) return null;
    return (
      <FilterMenu
        name={organise[key]}
        value={value === null ? null : nameOf(value)}
        items={list.map((facet) => ({
          kind: "check",
          id: facet.value,
          label: `${nameOf(facet.value)} (${formatCount(facet.count, locale)})`,
          keywords: wholeNameOf(facet.value),
          checked: facet.value === value,
          onChange: (on) => setFilters(narrowed(key, on ? facet.value : null)),
        }))}
        onClear={() => setFilters(narrowed(key, null))}
      />
    );
  };
  return (
    <div className={styles["bar"]} role="group" aria-label={organise.filters}>
      <FilterMenu
        name={organise.collection}
        value={collection?.name ?? null}
        items={[
          ...collections.map((one): MenuItem => ({
            kind: "check",
            id: one.id,
            label: `${one.name} (${formatCount(one.documentIds.length, locale)})`,
            keywords: one.name,
            checked: one.id === filters.collectionId,
            onChange: (on) => setFilters({ collectionId: on ? one.id : null }),
          })),
          ...(collections.length > 0 ? [{ kind: "separator", id: "after-list" } as const] : []),
          ...collectionItems,
        ]}
        onClear={() => setFilters({ collectionId: null })}
      />
      {(facets.tags.length > 0 || filters.tags.length > 0) && (
        <FilterMenu
          name={organise.tag}
          value={filters.tags.length === 0 ? null : filters.tags.join(", ")}
          items={facets.tags.map((facet) => ({
            kind: "check",
            id: facet.value,
            label: `${facet.value} (${formatCount(facet.count, locale)})`,
            keywords: facet.value,
            checked: filters.tags.includes(facet.value),
            onChange: (on) =>
              setFilters({
                tags: on
                  ? [...filters.tags, facet.value]
                  : filters.tags.filter((tag) => tag !== facet.value),
              }),
          }))}
          onClear={() => setFilters({ tags: [] })}
        />
      )}
      {single("type", facets.types, (value) => (value === "" ? organise.noType : value))}
      <Popover
        label={organise.date}
        trigger={
          <Chip
            name={organise.date}
            value={filters.date && describeRange(filters.date, organise, locale)}
            icon={<CalendarDays size={14} strokeWidth={1.75} aria-hidden />}
          />
        }
      >
        <DateFilter range={filters.date} onChange={(date) => setFilters({ date })} />
      </Popover>
      {single(
        "folder",
        facets.folders,
        (value) => (value === sentFolder ? organise.sentFolder : shortFolder(value)),
        (value) => (value === sentFolder ? organise.sentFolder : value),
      )}
      {single("language", facets.languages, (value) => languageName(value, locale))}
      {single("status", facets.statuses, statusName)}
      {(facets.duplicates > 0 || filters.duplicates) && (
        <button
          type="button"
          className={cx(styles["chip"], filters.duplicates && styles["on"])}
          aria-pressed={filters.duplicates}
          onClick={() => setFilters({ duplicates: !filters.duplicates })}
        >
          {organise.duplicates}
          <span className={styles["count"]}>{formatCount(facets.duplicates, locale)}</span>
        </button>
      )}
      {hasFilters(filters) && (
        <Button variant="quiet" icon={X} onClick={clearFilters}>
          {organise.clearFilters}
        </Button>
      )}
      <span className={styles["grow"]} />
      {sorts && <SortMenu sort={sort} />}
    </div>
  );
});

function SortMenu({ sort }: { readonly sort: Sort }): ReactNode {
  const { organise } = useStrings();
  const set = (patch: Partial<Sort>): void =>
    useLibraryView.setState({ sort: { ...sort, ...patch } });
  const items: MenuItem[] = [
    ...sortFields.map((field): MenuItem => ({
      kind: "check",
      id: field,
      label: organise.sorts[field],
      checked: sort.field === field,
      // The newest and the largest are what people look for; names begin with A.
      onChange: () => set({ field, descending: field !== "name" && field !== "type" }),
    })),
    { kind: "separator", id: "direction" },
    {
      kind: "check",
      id: "ascending",
      label: organise.ascending,
      checked: !sort.descending,
      onChange: () => set({ descending: false }),
    },
    {
      kind: "check",
      id: "descending",
      label: organise.descending,
      checked: sort.descending,
      onChange: () => set({ descending: true }),
    },
  ];
  return (
    <Menu items={items} align="end">
      <button
        type="button"
        className={cx(styles["chip"], styles["plain"])}
        aria-label={organise.sortBy(organise.sorts[sort.field])}
      >
        <ArrowDownUp size={14} strokeWidth={1.75} aria-hidden />
        {organise.sorts[sort.field]}
      </button>
    </Menu>
  );
}

function FilterMenu({
  name,
  value,
  items,
  onClear,
}: {
  readonly name: string;
  readonly value: string | null;
  readonly items: readonly MenuItem[];
  readonly onClear: () => void;
}): ReactNode {
  const { organise } = useStrings();
  const clear: MenuItem[] =
    value === null
      ? []
      : [
          { kind: "separator", id: "before-clear" },
          { id: "clear", label: organise.clearFilter, icon: X, onSelect: onClear },
        ];
  const all = [...items, ...clear];
  const chip = <Chip name={name} value={value} />;
  return items.length > mostInMenu ? (
    <SearchMenu label={name} items={all}>
      {chip}
    </SearchMenu>
  ) : (
    <Menu items={all}>{chip}</Menu>
  );
}

interface ChipProps extends Omit<ComponentProps<"button">, "value" | "name"> {
  readonly name: string;
  /** What is chosen; null if nothing is. */
  readonly value: string | null;
  readonly icon?: ReactNode;
}

function Chip({ name, value, icon, ...rest }: ChipProps): ReactNode {
  const { organise } = useStrings();
  return (
    <button
      {...rest}
      type="button"
      className={cx(styles["chip"], value !== null && styles["on"])}
      aria-label={value === null ? name : organise.filterBy(name, value)}
    >
      {icon}
      <span className={styles["value"]}>{value ?? name}</span>
      <ChevronDown size={12} strokeWidth={2} aria-hidden />
    </button>
  );
}

function narrowed(
  key: "type" | "language" | "folder" | "status",
  value: string | null,
): Partial<LibraryFilters> {
  if (key !== "status") return { [key]: value };
  return { status: statusGroups.find((group) => group === value) ?? null };
}

/** The last two folders of a path: enough to know it by. */
function shortFolder(folder: string): string {
  const parts = folder.split(/[\\/]/u).filter(Boolean);
  return parts.length <= 2 ? folder : `…/${parts.slice(-2).join("/")}`;
}
