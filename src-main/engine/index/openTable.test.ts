import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openTable } from "./openTable.ts";
import { testFingerprint } from "./testing/testFingerprint.ts";

it("what is opened is kept in the caches that have a bound", async () => {
  const dir = await mkdtemp(join(tmpdir(), "hearth-open-"));
  try {
    const { connection, session } = await openTable(dir, testFingerprint(8));
    expect(session.approxNumItems()).toBeGreaterThan(0);
    expect(session.sizeBytes()).toBeGreaterThan(0n);
    connection.close();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
