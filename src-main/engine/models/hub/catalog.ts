import { z } from "zod";
import { catalogEntrySchema, type CatalogEntry } from "../../../contract/hub.ts";
import entries from "./catalog.json" with { type: "json" };

/**
 * The models that Hearth suggests. Sizes, files and hashes are not in the list: the hub tells them when
 * one is opened. An entry that was never compared with a hub says so.
 */
export const catalog: readonly CatalogEntry[] = z.array(catalogEntrySchema).parse(entries);
