import { z } from "zod";

type WithoutDefault<T> = T extends z.ZodDefault<infer Inner> ? Inner : T;
type Patch<S extends z.ZodRawShape> = {
  -readonly [K in keyof S]: z.ZodOptional<
    WithoutDefault<S[K]> extends z.core.SomeType ? WithoutDefault<S[K]> : never
  >;
};

/**
 * The schema of a change to some fields of an object. Unlike `partial()` it leaves absent fields
 * absent: a default filled in there would undo what was set before.
 */
export function patchOf<S extends z.ZodRawShape>(schema: z.ZodObject<S>): z.ZodObject<Patch<S>> {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const bare = field instanceof z.ZodDefault ? field.unwrap() : field;
    return [name, z.optional(bare)];
  });
  return z.object(Object.fromEntries(fields) as Patch<S>);
}
