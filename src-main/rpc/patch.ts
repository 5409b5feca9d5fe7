import type { Patch } from "./frames.ts";

type Json = unknown;

function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The changes that turn `before` into `after`, both plain JSON values. Lists whose items have an
 * `id` and that only changed inside items are patched by index; a list that grew, shrank or changed
 * its order is sent whole.
 */
export function diff(before: Json, after: Json, path: (string | number)[] = []): Patch[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length || !sameOrder(before, after))
      return [{ path, value: after }];
    return after.flatMap((item, index) => diff(before[index], item, [...path, index]));
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
    return value.with(index, applyAt(value[index], rest, patch));
  }
  // A key such as __proto__ becomes a plain member here and reaches no prototype.
  const copy = new Map(Object.entries(isRecord(value) ? value : {}));
  if (rest.length === 0 && !("value" in patch)) copy.delete(String(key));
  else copy.set(String(key), applyAt(copy.get(String(key)), rest, patch));
  return Object.fromEntries(copy);
}
