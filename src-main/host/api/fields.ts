import { z } from "zod";
import { badField } from "./ApiError.ts";

/** A field that may be left out or be null, which is the same. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** Fields of several APIs, with the strictest bounds that all of them keep. */
export const fields = {
  model: z.string().max(512),
  maxTokens: z.int().min(1).max(10_000_000),
  temperature: z.number().min(0).max(2),
  topP: z.number().min(0).max(1),
  topK: z.int().min(0).max(1000),
  minP: z.number().min(0).max(1),
  repeatPenalty: z.number().min(0.5).max(2),
  penalty: z.number().min(-2).max(2),
  seed: z.int().min(0),
  text: z.string().max(1_000_000),
  stopText: z.string().min(1).max(1000),
  jsonSchema: z.record(z.string(), z.unknown()),
};

/** The seeds of the engine have 32 bits; a larger one is brought down to them, always in the same way. */
export function toSeed(seed: number, choice = 0): number {
  return (seed + choice) % 4_294_967_295;
}

/** A share of 0 leaves nothing to draw from; the smallest one leaves the likeliest token. */
export function toTopP(topP: number): number {
  return Math.max(topP, 1e-6);
}

/**
 * The body as its schema says.
 * @throws ApiError 400 with the name of the first field that is wrong
 */
export function parseFields<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues);
  const param = issue.path.map(String).join(".");
  throw badField(param === "" ? null : param, `${issue.message}.`);
}

/** Of the issues of a union, the one that got furthest says most. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [first] = issues;
  if (!first) throw new Error("A failed check has no issue.");
  if (first.code !== "invalid_union" || first.errors.length === 0) return first;
  const inner = first.errors.map((group) => deepest(group));
  const best = inner.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return best.path.length === 0 ? first : { ...best, path: [...first.path, ...best.path] };
}
