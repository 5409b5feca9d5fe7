import type { Patch } from "./frames.ts";

type Json = unknown;

function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The changes that turn `before` into `after`, both plain JSON values. Lists whose items have an
 * `id` are patched by index: what went, what changed inside items, what was added at the end. A list
 * that changed its order, or of which most is new, is sent whole.
 */
export function diff(before: Json, after: Json, path: (string | number)[] = []): Patch[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length === after.length && sameOrder(before, after)) {
      return diffItems(before, after, path);
    }
    return diffLengths(before, after, path) ?? [{ path, value: after }];
  }
  if (isRecord(before) && isRecord(after)) {
    const patches: Patch[] = [];
    for (const [key, old] of Object.entries(before)) {
      if (old !== undefined && own(after, key) === undefined)
        patches.push({ path: [...path, key] });
    }
    for (const [key, value] of Object.entries(after)) {
      if (value !== undefined) patches.push(...diff(own(before, key), value, [...path, key]));
    }
    return patches;
  }
  return [{ path, value: after }];
}

/** Changes inside the items of two lists, of which `after` may be longer. */
function diffItems(before: Json[], after: Json[], path: (string | number)[]): Patch[] {
  const patches: Patch[] = [];
  for (const [index, item] of before.entries()) {
    // Of ten thousand rows one or two have changed: the others must cost next to nothing.
    if (!Object.is(item, after[index])) patches.push(...diff(item, after[index], [...path, index]));
  }
  return patches;
}

/** Undefined where the lists cannot be patched by index, or where that would not be shorter. */
function diffLengths(
  before: Json[],
  after: Json[],
  path: (string | number)[],
): Patch[] | undefined {
  const kept = idsOf(after);
  if (!kept || !idsOf(before)) return undefined;
  const removed: number[] = [];
  const rest: Json[] = [];
  for (const [index, item] of before.entries()) {
    if (isRecord(item) && kept.has(item["id"])) rest.push(item);
    else removed.push(index);
  }
  const added = after.slice(rest.length);
  if (removed.length + added.length > after.length / 2) return undefined;
  if (!sameOrder(rest, after.slice(0, rest.length))) return undefined;
  return [
    ...removed.toReversed().map((index) => ({ path: [...path, index] })),
    ...diffItems(rest, after, path),
    ...added.map((value, at) => ({ path: [...path, rest.length + at], value })),
  ];
}

/** The ids of a list's items; undefined where an item has none, or two have the same. */
function idsOf(list: Json[]): Set<Json> | undefined {
  const ids = new Set<Json>();
  for (const item of list) if (isRecord(item) && item["id"] !== undefined) ids.add(item["id"]);
  return ids.size === list.length ? ids : undefined;
}

/** A member of the record itself, never one that it inherits. */
function own(record: Record<string, Json>, key: string): Json {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function sameOrder(before: Json[], after: Json[]): boolean {
  return after.every((item, index) => {
    const old = before[index];
    return isRecord(item) && isRecord(old) ? item["id"] === old["id"] : true;
  });
}

/** A new value with the patches applied; what did not change is shared with the old one. */
export function applyPatches(value: Json, patches: readonly Patch[]): Json {
  return patches.reduce<Json>((current, patch) => applyAt(current, patch.path, patch), value);
}

function applyAt(value: Json, path: readonly (string | number)[], patch: Patch): Json {
  const [key, ...rest] = path;
  if (key === undefined) return patch.value;
  if (Array.isArray(value)) {
    const index = Number(key);
    const items: Json[] = [...value];
    if (rest.length === 0 && !("value" in patch)) items.splice(index, 1);
    else items[index] = applyAt(value[index], rest, patch);
    return items;
  }
  // A key such as __proto__ becomes a plain member here and reaches no prototype.
  const copy = new Map(Object.entries(isRecord(value) ? value : {}));
  if (rest.length === 0 && !("value" in patch)) copy.delete(String(key));
  else copy.set(String(key), applyAt(copy.get(String(key)), rest, patch));
  return Object.fromEntries(copy);
}
