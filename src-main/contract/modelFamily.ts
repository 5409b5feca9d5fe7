import type { Model } from "./models.ts";

/** The same for files of one model that differ in their quantization only. */
export function familyOf(
  model: Pick<Model, "name" | "kind" | "architecture" | "parameters">,
): string {
  const { name, kind, architecture, parameters } = model;
  return JSON.stringify([name.toLowerCase(), kind, architecture, parameters]);
}

/** Whether two models are quantizations of the same one, both of them here. */
export function isSameModel(one: Model, other: Model): boolean {
  return !one.server && !other.server && familyOf(one) === familyOf(other);
}
