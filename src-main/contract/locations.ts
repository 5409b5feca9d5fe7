import { z } from "zod";

/**
 * A rectangle on a page, in PDF points (1/72 inch), origin at the top left of the page as it is
 * shown, that is after the page's rotation and crop box have been applied. `page` counts from 1.
 */
export const rectSchema = z.object({
  page: z.int().min(1),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Rect = z.infer<typeof rectSchema>;

/** A place in a document. One type everywhere, from the reader to the viewer. */
export const locationSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("page"), page: z.int().min(1), rects: z.array(rectSchema) }),
  /** Lines count from 1; both ends are included. */
  z.object({ kind: z.literal("lines"), from: z.int().min(1), to: z.int().min(1) }),
  /** Headings from the highest down; `paragraph` counts from 1 within the last of them. */
  z.object({
    kind: z.literal("section"),
    path: z.array(z.string()),
    paragraph: z.int().min(1).optional(),
  }),
  /** A range as spreadsheets write it: "B2" or "A2:F9". */
  z.object({ kind: z.literal("cells"), sheet: z.string(), range: z.string() }),
  z.object({ kind: z.literal("slide"), slide: z.int().min(1) }),
  z.object({ kind: z.literal("time"), fromMs: z.number().min(0), toMs: z.number().min(0) }),
]);
export type Location = z.infer<typeof locationSchema>;
