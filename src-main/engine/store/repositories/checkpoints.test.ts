import { describe, expect, it } from "vitest";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { channelRecord, chat, checkpointRecord, message } from "../fixtures/samples.ts";
import { chatRepository } from "./chats.ts";
import { checkpointRepository } from "./checkpoints.ts";

describe("dropFinished", () => {
  it("keeps only the threads of answers that can be gone on with", () => {
    const db = memoryDatabase();
    db.exec("PRAGMA foreign_keys = ON");
    const chats = chatRepository(db);
    const checkpoints = checkpointRepository(db);
    chats.create(chat("c1"));
    const statuses = ["complete", "stopped", "interrupted", "failed"] as const;
    const question = message("c1", "q", null);
    const answers = statuses.map((status) =>
      message("c1", status, "q", { role: "assistant", status }),
    );
    const grounding = { abstained: true, sentences: [], citations: [], nearest: [] };
    const kept = message("c1", "kept", "q", { role: "assistant", status: "stopped", grounding });
    chats.addMessages([question, ...answers, kept], kept.id);
    const threads = [...statuses, "kept", "nobody's"];
    for (const thread of threads) {
      checkpoints.put(checkpointRecord(thread, "1"), [channelRecord("found", 1, [thread])]);
    }
    checkpoints.dropFinished();
    expect(threads.filter((thread) => checkpoints.get(thread, ""))).toEqual([
      "stopped",
      "interrupted",
    ]);
    for (const table of ["graph_values", "graph_channels", "graph_checkpoints"]) {
      expect(db.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 2 });
    }
    db.close();
  });
});
