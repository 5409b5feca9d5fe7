import type { NetworkRequest } from "../../../contract/system.ts";
import { insertRow, plain, text, type Columns } from "../columns.ts";
import type { Database, Row } from "../Database.ts";
import { decodeText } from "../encodeText.ts";
import type { RequestRepository } from "../protocol.ts";

const columns: Columns<Omit<NetworkRequest, "id">> = {
  at: plain("at"),
  process: text("process"),
  method: text("method"),
  url: text("url"),
  reason: text("reason"),
  outcome: plain("outcome"),
  status: plain("status"),
  bytes: plain("bytes"),
};

/** The log of every attempt to reach the network. Nothing is ever taken off it. */
export function requestRepository(db: Database): RequestRepository {
  return {
    add: (request, key) =>
      db.transaction(() => {
        const known = key === undefined ? undefined : idOf(db, key);
        if (known === undefined) {
          insertRow(db, "INSERT", "network_requests", columns, request, { key: key ?? null });
          return { id: db.lastRow(), ...request };
        }
        insertRow(db, "INSERT OR REPLACE", "network_requests", columns, request, {
          id: known,
          key: key ?? null,
        });
        return { id: known, ...request };
      }),

    list: (limit) =>
      db.all("SELECT * FROM network_requests ORDER BY id DESC LIMIT ?", limit).map(toRequest),

    count: () => db.get("SELECT count(*) AS n FROM network_requests")?.["n"] as number,
  };
}

function idOf(db: Database, key: string): number | undefined {
  return db.get("SELECT id FROM network_requests WHERE key = ?", key)?.["id"] as number | undefined;
}

function toRequest(row: Row): NetworkRequest {
  return {
    id: row["id"] as number,
    at: row["at"] as number,
    process: decodeText(row["process"] as string),
    method: decodeText(row["method"] as string),
    url: decodeText(row["url"] as string),
    reason: decodeText(row["reason"] as string),
    outcome: row["outcome"] as NetworkRequest["outcome"],
    status: row["status"] as number | null,
    bytes: row["bytes"] as number,
  };
}
