import { z } from "zod";
import { locationSchema } from "./locations.ts";

/** A stretch of a page's text that belongs together; offsets are UTF-16, end excluded. */
export const pageBlockSchema = z.object({
  start: z.int().min(0),
  end: z.int().min(0),
  /** `quote`: words of somebody else, such as the mail that is answered. `note`: a footnote, a comment, a speaker's note. */
  kind: z.enum(["heading", "paragraph", "code", "list", "table", "quote", "note"]),
  /** Of headings: 1 is the highest. */
  level: z.int().optional(),
  /**
   * Of tables whose rows, one a line, carry their column names ("Month: May; Task: sow"): the names
   * in order. See `tableRow` for how a row is written.
   */
  columns: z.array(z.string()).optional(),
  /** Of code: the classes and functions around it, from outside in. They count as headings. */
  path: z.array(z.string()).optional(),
});
export type PageBlock = z.infer<typeof pageBlockSchema>;

/**
 * What a page's text stands at from `start` on, until the next one: a section from its paragraph
 * on, a slide, or a run of cells or lines of which each line of text is one row or line.
 */
export const pagePlaceSchema = z.object({ start: z.int().min(0), place: locationSchema });
export type PagePlace = z.infer<typeof pagePlaceSchema>;
