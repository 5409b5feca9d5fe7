import { z } from "zod";
import { call, type CallRoute } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

/**
 * What the engine may ask of its face, the other way round. A face without a capability (a browser,
 * the command line) answers with the stated fallback, so the engine never waits for a window that
 * is not there.
 */
export const hostCapabilities = {
  /** Fallback: no dialog; the browser uploads through its own file input. */
  "dialogs.pickFiles": call(
    z.object({
      title: z.string(),
      extensions: z.array(z.string()),
      folders: z.boolean(),
    }),
    z.object({ paths: z.array(z.string()).nullable() }),
  ),
  /** Fallback: no dialog; the user types the path. */
  "dialogs.pickFolders": call(
    z.object({ title: z.string() }),
    z.object({ paths: z.array(z.string()).nullable() }),
  ),
  /**
   * Asks where to, then writes. `saved` is false where the user chose no place or writing failed.
   * Fallback: null, and whoever asked gets the text another way out.
   */
  "dialogs.saveText": call(
    z.object({ title: z.string(), name: z.string(), text: z.string() }),
    z.object({ saved: z.boolean().nullable(), error: errorDataSchema.nullable() }),
  ),
  /** The same for a file that is no text. */
  "dialogs.saveFile": call(
    z.object({ title: z.string(), name: z.string(), base64: z.string() }),
    z.object({ saved: z.boolean().nullable(), error: errorDataSchema.nullable() }),
  ),
  /** Fallback: nothing is shown. */
  "notifications.show": call(
    z.object({ title: z.string(), body: z.string() }),
    z.object({ shown: z.boolean() }),
  ),
  /** Encrypts with the key store of the system. Fallback: null, and the secret is not kept. */
  "secrets.seal": call(z.object({ text: z.string() }), z.object({ sealed: z.string().nullable() })),
  "secrets.open": call(z.object({ sealed: z.string() }), z.object({ text: z.string().nullable() })),
  /** Fallback: not on battery. */
  "power.state": call(z.object({}), z.object({ onBattery: z.boolean() })),
} as const satisfies Record<string, CallRoute>;

export type HostCapabilities = typeof hostCapabilities;
export type HostCapabilityName = keyof HostCapabilities;

export const hostFallbacks: {
  [N in HostCapabilityName]: z.output<HostCapabilities[N]["output"]>;
} = {
  "dialogs.pickFiles": { paths: null },
  "dialogs.pickFolders": { paths: null },
  "dialogs.saveText": { saved: null, error: null },
  "dialogs.saveFile": { saved: null, error: null },
  "notifications.show": { shown: false },
  "secrets.seal": { sealed: null },
  "secrets.open": { text: null },
  "power.state": { onBattery: false },
};
