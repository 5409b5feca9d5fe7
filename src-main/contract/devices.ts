import { z } from "zod";
import { call } from "./defineRoute.ts";

/** What runs the arithmetic: the processor, or a graphics device by one of three ways. */
export const backendSchema = z.enum(["cpu", "cuda", "vulkan", "metal"]);
export type Backend = z.infer<typeof backendSchema>;

/**
 * What the user chose: `auto`; a backend, of which the first device is taken; or one device, as
 * `backend:name` with the name that {@link deviceSchema} tells.
 */
export const deviceChoiceSchema = z
  .string()
  .regex(/^(?:auto|cpu|(?:cuda|vulkan|metal)(?::\S.{0,199})?)$/u, {
    error: "Give auto, cpu, cuda, vulkan, metal, or one of these graphics ways with a device name.",
  });
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;

/**
 * Layers of a model on the graphics device, the output counted as one more; with 0 it runs on the processor
 * alone, and more than it has means all.
 */
export const gpuLayersSchema = z.int().min(0).max(4097);

/** How the keys and values of a chat are kept. `f16` is exact; the others take a half and a quarter. */
export const kvTypeSchema = z.enum(["f16", "q8_0", "q4_0"]);
export type KvType = z.infer<typeof kvTypeSchema>;

/** Something that a model can run on, as the library found it. */
export const deviceSchema = z.object({
  /** What the setting takes: `cpu`, or `vulkan:Vulkan0`. */
  id: deviceChoiceSchema,
  backend: backendSchema,
  name: z.string(),
  description: z.string(),
  kind: z.enum(["processor", "graphics", "integrated", "accelerator"]),
  memoryBytes: z.number(),
  freeBytes: z.number(),
  /** The package of native libraries that reaches it. */
  package: z.string(),
});
export type Device = z.infer<typeof deviceSchema>;

/** A package of native libraries that this kind of computer can use. */
export const libraryPackageSchema = z.object({
  name: z.string(),
  backend: backendSchema,
  installed: z.boolean(),
  /** Why it brings no device, where it brings none. */
  problem: z.string().nullable(),
});
export type LibraryPackage = z.infer<typeof libraryPackageSchema>;

export const devicesSchema = z.object({
  devices: z.array(deviceSchema),
  packages: z.array(libraryPackageSchema),
  /** The device that `auto` would take for a small model. */
  auto: z.string(),
});
export type Devices = z.infer<typeof devicesSchema>;

export const deviceRoutes = {
  /** Looks at what is there now; asks each package in a process of its own. */
  "devices.list": call(z.object({}), devicesSchema),
} as const;
