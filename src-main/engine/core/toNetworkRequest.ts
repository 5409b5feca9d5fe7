import type { NetworkRequest } from "../../contract/system.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";

/** A record of the network door as a row of the list that the user sees. */
export function toNetworkRequest(record: RequestRecord): Omit<NetworkRequest, "id"> {
  const { at, process, method, url, reason, outcome, status, bytes } = record;
  return { at, process, method, url, reason, outcome, status: status ?? null, bytes: bytes ?? 0 };
}
