import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { patchOf } from "./patchOf.ts";
import { routes } from "./routes.ts";
import type { Settings } from "./settings.ts";

describe("patchOf", () => {
  const schema = z.object({
    theme: z.enum(["light", "dark"]).default("light"),
    threads: z.int().min(1).nullable().default(null),
    name: z.string(),
  });

  it("names only what was given, where partial() would fill in defaults", () => {
    expect(schema.partial().parse({ theme: "dark" })).toEqual({ theme: "dark", threads: null });
    expect(patchOf(schema).parse({ theme: "dark" })).toEqual({ theme: "dark" });
    expect(patchOf(schema).parse({ threads: null })).toEqual({ threads: null });
  });

  it("keeps the bounds of each field", () => {
    expect(patchOf(schema).safeParse({ threads: 0 }).success).toBe(false);
    expect(patchOf(schema).safeParse({ theme: "neon" }).success).toBe(false);
  });
});

describe("routes that take a patch", () => {
  it("leave what they do not name as it was", () => {
    expect(routes["settings.update"].input.parse({ threads: 4 })).toEqual({ threads: 4 });
    const chat = { chatId: "c", sampling: { temperature: 0 } };
    expect(routes["chats.update"].input.parse(chat)).toMatchObject({
      sampling: { temperature: 0 },
    });
    expect(Object.keys(routes["chats.update"].input.parse(chat).sampling ?? {})).toEqual([
      "temperature",
    ]);
  });

  it("keep the types of what they patch", () => {
    type Input = z.input<(typeof routes)["settings.update"]["input"]>;
    expectTypeOf<Input["theme"]>().toEqualTypeOf<Settings["theme"] | undefined>();
    expectTypeOf<Input["threads"]>().toEqualTypeOf<number | null | undefined>();
  });
});
