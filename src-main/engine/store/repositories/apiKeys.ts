import type { ApiKey } from "../../../contract/apiKeys.ts";
import type { Database, Row } from "../Database.ts";
import type { ApiKeyRepository } from "../protocol.ts";

/** The keys of programs, by the hash of what they show. */
export function apiKeyRepository(db: Database): ApiKeyRepository {
  const columns = "id, name, hint, created_at, used_at";
  const one = (where: string, ...values: string[]): ApiKey | null => {
    const [row] = db.all(`SELECT ${columns} FROM api_keys WHERE ${where}`, ...values);
    return row ? toApiKey(row) : null;
  };
  return {
    add: ({ id, name, hint, createdAt }, hash) =>
      db.run(
        `INSERT INTO api_keys (id, name, hint, hash, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO NOTHING`,
        id,
        name,
        hint,
        hash,
        createdAt,
      ) > 0,
    list: () => db.all(`SELECT ${columns} FROM api_keys ORDER BY row`).map(toApiKey),
    findByHash: (hash) => one("hash = ?", hash),
    touch: (id, at) => {
      db.run("UPDATE api_keys SET used_at = ? WHERE id = ?", at, id);
    },
    remove: (nameOrId) =>
      db.transaction(() => {
        const found = one("name = ? OR id = ?", nameOrId, nameOrId);
        if (found) db.run("DELETE FROM api_keys WHERE id = ?", found.id);
        return found;
      }),
  };
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    hint: row["hint"] as string,
    createdAt: row["created_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}
