import { z } from "zod";
import { call } from "./defineRoute.ts";
import { collectionIdSchema, documentIdSchema } from "./ids.ts";

export const collectionNameSchema = z.string().trim().min(1).max(100);

/** A named set of documents. A document may be in any number of them. */
export const collectionSchema = z.object({
  id: collectionIdSchema,
  name: z.string(),
  documentIds: z.array(documentIdSchema),
  createdAt: z.number(),
});
export type Collection = z.infer<typeof collectionSchema>;

export const collectionsStateSchema = z.object({ collections: z.array(collectionSchema) });
export type CollectionsState = z.infer<typeof collectionsStateSchema>;

const collectionRef = z.object({ collectionId: collectionIdSchema });
const documentIds = z.array(documentIdSchema).max(100_000);
const members = collectionRef.extend({ documentIds: documentIds.min(1) });

/** All fail with `not-found` where there is no such collection. */
export const collectionRoutes = {
  /** By name. */
  "collections.list": call(z.object({}), collectionsStateSchema),
  /** Fails with `conflict` if another collection has this name; case and accents do not count. */
  "collections.create": call(
    z.object({ name: collectionNameSchema, documentIds: documentIds.default([]) }),
    z.object({ collection: collectionSchema }),
  ),
  /** Fails with `conflict` as `collections.create`. */
  "collections.rename": call(
    collectionRef.extend({ name: collectionNameSchema }),
    z.object({ collection: collectionSchema }),
  ),
  /** The documents stay in the library. */
  "collections.remove": call(collectionRef, z.object({})),
  /** Documents that are in it already, or not in the library any more, are passed over. */
  "collections.addDocuments": call(members, z.object({ collection: collectionSchema })),
  "collections.removeDocuments": call(members, z.object({ collection: collectionSchema })),
} as const;
