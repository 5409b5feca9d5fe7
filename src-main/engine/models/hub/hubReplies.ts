import { z } from "zod";

/** What the hub's API answers, as far as Hearth reads it. Everything else in it is dropped. */

const gated = z.union([z.boolean(), z.string()]).default(false);

/** What the hub has read out of a repository's GGUF headers. */
const ggufSchema = z.object({
  total: z.number().nonnegative().optional(),
  architecture: z.string().optional(),
  context_length: z.number().nonnegative().optional(),
});

export const modelReplySchema = z.object({
  id: z.string(),
  sha: z.string().optional(),
  lastModified: z.string().optional(),
  gated,
  downloads: z.number().default(0),
  likes: z.number().default(0),
  tags: z.array(z.string()).default([]),
  pipeline_tag: z.string().optional(),
  gguf: ggufSchema.optional().catch(undefined),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

export const modelsReplySchema = z.array(modelReplySchema);

export const treeReplySchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number().nonnegative().default(0),
    lfs: z
      .object({
        /** SHA-256 of the content. */
        oid: z.string().regex(/^[0-9a-f]{64}$/u),
        size: z.number().nonnegative(),
      })
      .optional()
      .catch(undefined),
  }),
);
export type TreeEntry = z.infer<typeof treeReplySchema>[number];

/** The address of the next page out of a Link header, or null. */
export function nextPage(link: string | null): string | null {
  for (const part of (link ?? "").split(/,(?=\s*<)/u)) {
    const match = /^\s*<([^>]*)>\s*;.*\brel="?next"?/u.exec(part);
    if (match?.[1] !== undefined) return match[1];
  }
  return null;
}
