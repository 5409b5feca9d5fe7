import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { benchRun } from "../fixtures/samples.ts";
import { benchRepository } from "./benchRuns.ts";

let db: Database;
let damage: string[];

beforeEach(() => {
  damage = [];
  db = memoryDatabase((place) => damage.push(place));
});
afterEach(() => db.close());

describe("benchmark runs", () => {
  it("come back whole, newest first", () => {
    const bench = benchRepository(db);
    const runs = [
      benchRun("old", { at: 1 }),
      benchRun("new", { at: 3, model: "a\0b \ud83d", kvType: "q8_0" }),
      benchRun("middle", { at: 2, disturbed: true }),
    ];
    for (const run of runs) bench.add(run);
    expect(bench.list()).toEqual([runs[1], runs[2], runs[0]]);
  });

  it("are hidden, brought back, and erased once they are not wanted back", () => {
    const bench = benchRepository(db, () => 500);
    for (const id of ["a", "b", "c"]) bench.add(benchRun(id));
    bench.delete(["a", "b", "never"]);
    expect(bench.list().map((run) => run.id)).toEqual(["c"]);
    bench.restore(["a"]);
    expect(bench.list().map((run) => run.id)).toEqual(["c", "a"]);
    expect(bench.purgeDeleted(500)).toBe(0);
    expect(bench.purgeDeleted(501)).toBe(1);
    bench.restore(["b"]);
    expect(bench.list()).toHaveLength(2);
  });

  it("lose only the one that is damaged", () => {
    const bench = benchRepository(db);
    bench.add(benchRun("good"));
    bench.add(benchRun("bad"));
    db.run(`UPDATE bench_runs SET run_json = '{"id":"bad"}' WHERE id = 'bad'`);
    expect(bench.list().map((run) => run.id)).toEqual(["good"]);
    expect(damage).toEqual(["bench_runs/bad"]);
  });
});
