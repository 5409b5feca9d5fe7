import { z } from "zod";
import { call } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

/** Where the API listens unless the user chooses another port. Systems do not hand it out by themselves. */
export const usualApiPort = 4327;

/** The ports that the API may listen on: those below belong to the system. */
export const apiPortSchema = z.int().min(1024).max(65_535);

/** What the process of the API calls itself to the engine. It does not keep the engine running. */
export const apiFace = "api";

const onSchema = z.object({
  status: z.literal("on"),
  port: apiPortSchema,
  /** What programs on this computer take for their base address. */
  url: z.string(),
  /** The same for programs on other computers; empty unless the user has opened it to them. */
  otherUrls: z.array(z.string()),
});

const failedSchema = z.object({
  status: z.literal("failed"),
  port: apiPortSchema,
  error: errorDataSchema,
  /** A port that was free when that one could not be had. */
  freePort: apiPortSchema.nullable(),
});

/** What the process of the API tells the engine of itself. */
export const apiServerReportSchema = z.discriminatedUnion("status", [onSchema, failedSchema]);
export type ApiServerReport = z.infer<typeof apiServerReportSchema>;

/** Whether programs can reach the home over HTTP. `hearth serve` is another thing and does not show here. */
export const apiServerStateSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("off") }),
  z.object({ status: z.literal("starting"), port: apiPortSchema }),
  onSchema,
  failedSchema,
]);
export type ApiServerState = z.infer<typeof apiServerStateSchema>;

export const apiServerRoutes = {
  /** Tries once more to listen, after it has failed. */
  "api.retry": call(z.object({}), z.object({})),
} as const;
