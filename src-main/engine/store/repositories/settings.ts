import { settingsSchema, type Settings } from "../../../contract/settings.ts";
import type { Database } from "../Database.ts";
import type { SettingsRepository } from "../protocol.ts";

const names = Object.keys(settingsSchema.shape) as (keyof Settings)[];

/** One row per setting that was ever changed; the rest are defaults. */
export function settingsRepository(db: Database): SettingsRepository {
  const get = (): Settings => {
    const stored: Record<string, unknown> = {};
    for (const row of db.all("SELECT name, value_json FROM settings")) {
      const name = row["name"] as keyof Settings;
      // A name of another version of Hearth stays stored and is not used.
      if (!names.includes(name)) continue;
      const value = parsed(row["value_json"] as string);
      if (value && settingsSchema.shape[name].safeParse(value.value).success) {
        stored[name] = value.value;
      } else db.damaged(`settings/${name}`);
    }
    return settingsSchema.parse(stored);
  };

  return {
    get,
    update: (patch) =>
      db.transaction(() => {
        const known = settingsSchema.partial().parse(patch);
        for (const name of names) {
          // The schema fills in defaults; only what the patch names is written.
          if (patch[name] === undefined) continue;
          db.run(
            `INSERT INTO settings (name, value_json) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET value_json = excluded.value_json`,
            name,
            JSON.stringify(known[name]),
          );
        }
        return get();
      }),
  };
}

/** Undefined where the text is no JSON. */
function parsed(json: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
