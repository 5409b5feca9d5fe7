import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatId, DocumentId, MessageId } from "../../contract/ids.ts";
import { nodeBinary } from "../../paths/nodeBinary.ts";
import { chat, documentRecord, hardTexts, message, page } from "./fixtures/samples.ts";
import { Store, type StoreReport } from "./Store.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-store-"));
  file = path.join(folder, "home", "hearth.sqlite");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("Store", () => {
  it("keeps everything over a restart, hard texts and bytes too", async () => {
    const first = await Store.open({ path: file });
    await first.chats.create(chat("c1"));
    const messages = hardTexts.map((text, n) => message("c1", `m${n}`, null, { text }));
    await first.chats.addMessages(messages, messages[0]!.id);
    await first.documents.insert(documentRecord("d1"));
    await first.documents.putPages("d1" as DocumentId, 1, [page(1, "p")]);
    await first.settings.update({ theme: "dark" });
    await first.close();
    const second = await Store.open({ path: file });
    expect((await second.chats.get("c1" as ChatId))?.messages).toEqual(messages);
    const [stored] = await second.documents.getPages("d1" as DocumentId, 1, 1, 1);
    expect(stored?.words).toEqual(new Uint8Array([1, 0, 255]));
    expect((await second.settings.get()).theme).toBe("dark");
    await second.close();
    expect(fs.readdirSync(path.dirname(file))).toEqual(["hearth.sqlite"]);
  });

  it("carries errors with their words, and goes on", async () => {
    const reports: StoreReport[] = [];
    const store = await Store.open({ path: file, onReport: (report) => reports.push(report) });
    await expect(store.chats.delete("c9" as ChatId)).rejects.toMatchObject({
      code: "not-found",
      title: "This chat no longer exists.",
    });
    const cyclic = (() => {}) as unknown as string;
    await expect(store.chats.search(cyclic, 1)).rejects.toThrow(/could not be cloned/u);
    await expect(store.chats.list()).resolves.toEqual([]);
    await store.close();
  });

  it("refuses to open what it must not open", async () => {
    fs.mkdirSync(path.dirname(file));
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 999; PRAGMA application_id = 0x48525448");
    db.close();
    await expect(Store.open({ path: file })).rejects.toMatchObject({ code: "home-too-new" });
    fs.writeFileSync(path.join(folder, "plain"), "");
    await expect(
      Store.open({ path: path.join(folder, "plain", "home", "x.sqlite") }),
    ).rejects.toMatchObject({ code: "home-unusable" });
    await expect(
      Store.open({ path: path.join(folder, "n.sqlite"), signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "cancelled" });
  });

  it("finishes what was asked for before it closes, and refuses what comes after", async () => {
    const store = await Store.open({ path: file });
    const writes = Array.from({ length: 200 }, (_, n) => store.chats.create(chat(`c${n}`)));
    const closing = store.close();
    await expect(store.chats.list()).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all([...writes, closing, store.close()]);
    const again = await Store.open({ path: file });
    expect(await again.chats.list()).toHaveLength(200);
    await again.close();
  });

  it("reports slow calls", async () => {
    const reports: StoreReport[] = [];
    const store = await Store.open({ path: file, onReport: (report) => reports.push(report) });
    await store.chats.create(chat("c1"));
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const waiting = store.chats.update("c1" as ChatId, { title: "Later" });
    await new Promise((resolve) => setTimeout(resolve, 400));
    other.exec("COMMIT");
    other.close();
    expect((await waiting).title).toBe("Later");
    expect(reports).toEqual([
      { kind: "slow", method: "chats.update", ms: expect.any(Number) as number },
    ]);
    await store.close();
  });

  it("tells every waiting caller when its worker dies", async () => {
    const reports: StoreReport[] = [];
    const store = await Store.open({
      path: file,
      workerUrl: new URL("./fixtures/dyingWorker.ts", import.meta.url),
      onReport: (report) => reports.push(report),
    });
    await store.chats.create(chat("c1"));
    const outcomes = await Promise.allSettled([
      store.requests.count(),
      store.chats.list(),
      store.settings.get(),
    ]);
    const stopped = expect.objectContaining({
      code: "unavailable",
      title: "Hearth's database stopped.",
      reason: "It ended with code 7.",
    }) as unknown;
    expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(3).fill("rejected"));
    expect(outcomes).toContainEqual({ status: "rejected", reason: stopped });
    expect(await store.died).toEqual(stopped);
    await expect(store.chats.list()).rejects.toMatchObject({ code: "unavailable" });
    expect(reports.map((report) => report.kind)).toEqual(["died"]);
    await store.close();
    const again = await Store.open({ path: file });
    expect(await again.chats.list()).toHaveLength(1);
    await again.close();
  });

  it("lists 5,000 chats in under 100 ms and finds a word in them", async () => {
    const store = await Store.open({ path: file });
    await store.close();
    const db = new DatabaseSync(file);
    db.exec("BEGIN");
    const insert = db.prepare(
      `INSERT INTO chats (id, title, system_prompt, sampling_json, document_ids_json, sequence,
         created_at, updated_at) VALUES (?, ?, '', '{}', '[]', ?, 1, 1)`,
    );
    const index = db.prepare("INSERT INTO chat_texts (rowid, folded) VALUES (?, ?)");
    for (let n = 1; n <= 5_000; n++) {
      insert.run(`c${n}`, `Conversation number ${n}`, n);
      index.run(-n, `conversation number ${n}`);
    }
    db.exec("COMMIT");
    db.close();
    const full = await Store.open({ path: file });
    await full.settings.get();
    let rows = await full.chats.list();
    let listMs = Infinity;
    // The best of a few: other work of the machine must not fail the test.
    for (let n = 0; n < 5; n++) {
      const start = performance.now();
      rows = await full.chats.list();
      listMs = Math.min(listMs, performance.now() - start);
    }
    expect(rows).toHaveLength(5_000);
    expect(rows[0]?.id).toBe("c5000");
    expect(listMs).toBeLessThan(100);
    expect(await full.chats.search("number 4321", 5)).toHaveLength(1);
    await full.close();
  });
});

describe("after kill -9", () => {
  it("all that was acknowledged is there, and nothing is half done", async () => {
    const random = seeded(20_261_101);
    const acknowledged: string[] = [];
    for (let run = 0; run < 8; run++) {
      acknowledged.push(...(await writeUntilKilled(run, Math.floor(random() * 250))));
    }
    expect(acknowledged.length).toBeGreaterThan(20);
    const check = new DatabaseSync(file, { readOnly: true });
    expect(check.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    expect(check.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    check.close();
    const store = await Store.open({ path: file });
    const missing: string[] = [];
    for (const line of acknowledged) {
      const [kind = "", id = ""] = line.split(" ");
      if (!(await isThere(store, kind, id))) missing.push(line);
    }
    expect(missing).toEqual([]);
    for (const row of await store.chats.list()) {
      // Both messages of a turn or neither.
      expect([0, 2]).toContain((await store.chats.get(row.id))?.messages.length);
    }
    await store.close();
  }, 60_000);

  async function isThere(store: Store, kind: string, id: string): Promise<boolean> {
    if (kind === "chat") return (await store.chats.get(id as ChatId)) !== undefined;
    if (kind === "document") {
      const record = await store.documents.get(id as DocumentId);
      const chunks = await store.documents.chunksOf(id as DocumentId, 1);
      return record?.status === "ready" && chunks.length === 50;
    }
    const stored = await store.chats.getMessage(id as MessageId);
    if (kind === "final") return stored?.text === "final" && stored.status === "complete";
    return stored?.text.length === 20_000;
  }

  /** @param afterMs counts from the first acknowledgement */
  async function writeUntilKilled(run: number, afterMs: number): Promise<string[]> {
    const script = path.join(import.meta.dirname, "fixtures", "killedWriter.ts");
    const child = spawn(nodeBinary(), [script, file, String(run)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      if (output === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      output += data;
    });
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    // A line that was cut off by the kill was not acknowledged.
    return output.split("\n").slice(0, -1);
  }
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
