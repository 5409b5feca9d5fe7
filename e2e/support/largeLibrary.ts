import path from "node:path";
import type { DocumentId } from "../../src-main/contract/ids.ts";
import { Store } from "../../src-main/engine/store/Store.ts";
import type { DocumentRecord } from "../../src-main/engine/store/records.ts";

const day = 24 * 3600 * 1000;
const types = ["pdf", "docx", "md", "xlsx", "eml"];
const languages = ["en", "de", "fr", "es"];
const tags = [[], ["tax"], ["work"], [], ["work", "contract"]];
const subjects = ["Invoice", "Minutes", "Report", "Letter", "Handbook", "Survey"];

/** Fills a home whose engine is not running with so many documents, as if they had been read. */
export async function writeLargeLibrary(home: string, count: number): Promise<void> {
  const store = await Store.open({ path: path.join(home, "hearth.sqlite") });
  const records = Array.from({ length: count }, (_, at) => toRecord(at));
  for (let from = 0; from < count; from += 1_000) {
    await store.documents.insert(...records.slice(from, from + 1_000));
  }
  await store.close();
}

function toRecord(at: number): DocumentRecord {
  const type = types[at % types.length] ?? "pdf";
  const name = `${subjects[at % subjects.length] ?? ""} ${at + 1}.${type}`;
  // The last hundred are copies of the first.
  const content = at >= 9_900 ? at - 9_900 : at;
  return {
    id: `document-${at}` as DocumentId,
    name,
    path: `/papers/${2015 + (at % 10)}/${subjects[at % subjects.length] ?? ""}/${name}`,
    mediaType: type === "pdf" ? "application/pdf" : "text/plain",
    bytes: 2_000 + ((at * 7_919) % 5_000_000),
    mtimeMs: Date.UTC(2025, 0, 1) - at * (day / 4),
    ctimeMs: 0,
    sha256: `${String(content).padStart(8, "0")}${"5e".repeat(28)}`,
    status: "ready",
    stage: "done",
    done: 1,
    total: 1,
    pages: type === "pdf" ? 1 + (at % 40) : null,
    recognized: [],
    unreadable: [],
    chunks: 3 + (at % 90),
    version: 0,
    fingerprint: "",
    addedAt: Date.UTC(2025, 5, 1) + at * 1_000,
    tags: tags[at % tags.length] ?? [],
    language: languages[(at >> 2) % languages.length] ?? "en",
    textHash: "",
    attachment: false,
  };
}
