import { create } from "zustand";
import { isCancelled, toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { HubModel, HubSort } from "../../../../src-main/contract/hub.ts";
import { call } from "../../../api/engine.ts";
import { sizeRanges, type SizeRange } from "./sizeRanges.ts";

export interface FindFilters {
  readonly text: string;
  readonly sort: HubSort;
  readonly task: string;
  readonly license: string;
  readonly size: SizeRange;
}

interface Find {
  readonly tab: "here" | "find";
  readonly filters: FindFilters;
  /** What the last search found; null before one. */
  readonly found: readonly HubModel[] | null;
  readonly next: string | null;
  readonly busy: boolean;
  readonly error: ErrorData | null;
  /** The repository that is looked at. */
  readonly opened: string | null;
}

/** What is searched and looked at. It outlives the page, so that coming back shows the same. */
export const useFind = create<Find>(() => ({
  tab: "here",
  filters: { text: "", sort: "trending", task: "any", license: "any", size: "any" },
  found: null,
  next: null,
  busy: false,
  error: null,
  opened: null,
}));

const { getState, setState } = useFind;
let running: AbortController | null = null;

export function showTab(tab: Find["tab"]): void {
  setState({ tab });
}

export function openRepository(opened: string | null): void {
  setState({ opened });
}

/** Changes filters; results that are shown are asked for anew, text waits for the button. */
export function setFilters(change: Partial<FindFilters>): void {
  setState(({ filters }) => ({ filters: { ...filters, ...change } }));
  const isShown = getState().found !== null || getState().busy;
  if (isShown && change.text === undefined) void search();
}

export function leaveResults(): void {
  running?.abort();
  setState({ found: null, next: null, error: null, busy: false });
}

export async function search(): Promise<void> {
  setState({ found: null, next: null });
  await ask(null);
}

export async function searchMore(): Promise<void> {
  await ask(getState().next);
}

async function ask(page: string | null): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  setState({ busy: true, error: null });
  const { text, sort, task, license, size } = getState().filters;
  const query = {
    text,
    sort,
    task: task === "any" ? null : task,
    license: license === "any" ? null : license,
    ...sizeRanges[size],
    page,
  };
  try {
    const { models, next } = await call("hub.search", query, { signal: own.signal });
    if (running !== own) return;
    setState(({ found }) => ({
      found: [...(page === null ? [] : (found ?? [])), ...models],
      next,
    }));
  } catch (error) {
    if (running === own && !isCancelled(error)) setState({ error: toErrorData(error) });
  } finally {
    if (running === own) setState({ busy: false });
  }
}
