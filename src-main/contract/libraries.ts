import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { backendSchema } from "./devices.ts";
import { errorDataSchema } from "./errors.ts";

/** Name of a package of native libraries, without its scope: `linux-x64-vulkan`. */
export const libraryNameSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+){1,4}$/u, { error: "Give a name such as linux-x64-vulkan." });

/** A package of native libraries for a graphics device that this kind of computer can use. */
export const libraryOfferSchema = z.object({
  name: libraryNameSchema,
  /** As a package registry knows it, with its scope. */
  packageName: z.string(),
  version: z.string(),
  backend: backendSchema,
  /** `shipped` came with Hearth, or from a folder that the user has named; `added` lies in the home. */
  status: z.enum(["shipped", "added", "absent"]),
  /** Bytes to fetch; null where nobody could look. */
  downloadBytes: z.number().nullable(),
  /** Bytes on the disk afterwards; null where nobody could look. */
  diskBytes: z.number().nullable(),
  /** False where its content was never checked: then it is not installed, from wherever it comes. */
  verifiable: z.boolean(),
  /** The system has a driver for it, so that it is likely of use. */
  hasDriver: z.boolean(),
  /** Fetches its file on a computer that has npm and a network. */
  command: z.string(),
});
export type LibraryOffer = z.infer<typeof libraryOfferSchema>;

/** Where packages are fetched from. */
export const packageRegistrySchema = z.object({
  /** Null where none is named, or the named one cannot be used. */
  address: z.string().nullable(),
  /** Who named it: the setting, or a variable of the environment. */
  from: z.enum(["setting", "environment", "none"]),
  /** Why the named one cannot be used. */
  problem: z.string().nullable(),
});
export type PackageRegistry = z.infer<typeof packageRegistrySchema>;

export const libraryProgressSchema = z.object({
  name: libraryNameSchema,
  stage: z.enum(["downloading", "verifying", "unpacking"]),
  bytes: z.number(),
  totalBytes: z.number(),
  /** 0 where it is not a download. */
  bytesPerSecond: z.number(),
});
export type LibraryProgress = z.infer<typeof libraryProgressSchema>;

export const librariesStateSchema = z.object({
  /** Those for this kind of computer, the fastest first. */
  offers: z.array(libraryOfferSchema),
  registry: packageRegistrySchema,
  /** Where added ones lie. */
  folder: z.string(),
  /** The one that is being installed, whoever asked for it. */
  installing: libraryProgressSchema.nullable(),
  /** Why the last one failed, until the next one begins. */
  failed: z.object({ name: libraryNameSchema, error: errorDataSchema }).nullable(),
});
export type LibrariesState = z.infer<typeof librariesStateSchema>;

export const installedLibrarySchema = z.object({
  name: libraryNameSchema,
  folder: z.string(),
  bytes: z.number(),
});
export type InstalledLibrary = z.infer<typeof installedLibrarySchema>;

export const libraryRoutes = {
  "libraries.list": call(z.object({}), librariesStateSchema),
  /**
   * Fetches a package, or takes it from a file that was brought here, checks its content and puts its
   * libraries in place. It goes on when the face that asked is gone, not when it cancels; what has
   * arrived of a download is kept for the next time.
   */
  "libraries.install": stream(
    z.object({
      name: libraryNameSchema,
      /** Full path of the package's file; null fetches it from the registry. */
      file: z.string().trim().min(1).max(4096).nullable().default(null),
      /** Address of the registry for this once; null takes the one of the setting or the environment. */
      registry: z.string().trim().min(1).max(500).nullable().default(null),
    }),
    libraryProgressSchema,
    installedLibrarySchema,
  ),
  "libraries.cancel": call(z.object({}), z.object({})),
  /** Deletes an added package. Models that are at work go on with what they have in memory. */
  "libraries.remove": call(
    z.object({ name: libraryNameSchema }),
    z.object({ freedBytes: z.number() }),
  ),
} as const;
