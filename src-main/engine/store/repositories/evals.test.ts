import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { evalCase, evalQuestion, evalRun, evalSet } from "../fixtures/samples.ts";
import { evalRepository } from "./evals.ts";

let db: Database;
let damage: string[];

beforeEach(() => {
  damage = [];
  db = memoryDatabase((place) => damage.push(place));
});
afterEach(() => db.close());

describe("evaluations", () => {
  it("come back whole, newest first, and are written anew under their id", () => {
    const evals = evalRepository(db);
    evals.saveRun(evalRun("old", { at: 1 }));
    evals.saveRun(evalRun("new", { at: 3, setName: "a\0b \ud83d", agreement: null }));
    evals.saveRun(evalRun("old", { at: 2, status: "stopped", dataDir: "/data" }));
    expect(evals.runs()).toEqual([
      evalRun("new", { at: 3, setName: "a\0b \ud83d", agreement: null }),
      evalRun("old", { at: 2, status: "stopped", dataDir: "/data" }),
    ]);
  });

  it("keep their answers in order, each once", () => {
    const evals = evalRepository(db);
    for (const id of ["a", "b"]) evals.saveRun(evalRun(id));
    const places = [
      [1, 0],
      [0, 10],
      [0, 2],
    ] as const;
    for (const [arm, index] of places) evals.addCase("a", evalCase({ arm, index }));
    evals.addCase("a", evalCase({ arm: 0, index: 2, predicted: "Another answer." }));
    expect(evals.cases("a")).toEqual([
      evalCase({ arm: 0, index: 2, predicted: "Another answer." }),
      evalCase({ arm: 0, index: 10 }),
      evalCase({ arm: 1, index: 0 }),
    ]);
    expect(evals.cases("b")).toEqual([]);
    // An answer without its run belongs to nobody.
    expect(() => evals.addCase("never", evalCase())).toThrow(/FOREIGN KEY/u);
  });

  it("are hidden, brought back, and erased with their answers", () => {
    const evals = evalRepository(db, () => 500);
    for (const id of ["a", "b", "c"]) evals.saveRun(evalRun(id));
    evals.addCase("b", evalCase());
    evals.deleteRuns(["a", "b", "never"]);
    expect(evals.runs().map((run) => run.id)).toEqual(["c"]);
    evals.restoreRuns(["a"]);
    expect(evals.runs().map((run) => run.id)).toEqual(["c", "a"]);
    expect(evals.purgeDeleted(500)).toBe(0);
    expect(evals.cases("b")).toHaveLength(1);
    expect(evals.purgeDeleted(501)).toBe(1);
    expect(evals.cases("b")).toEqual([]);
  });

  it("lose only what is damaged", () => {
    const evals = evalRepository(db);
    evals.saveRun(evalRun("good"));
    evals.saveRun(evalRun("bad"));
    db.run(`UPDATE eval_runs SET run_json = '{"id":"bad"}' WHERE id = 'bad'`);
    expect(evals.runs().map((run) => run.id)).toEqual(["good"]);
    expect(damage).toEqual(["eval_runs/bad"]);
  });
});

describe("sets of questions", () => {
  it("are kept, changed and removed", () => {
    const evals = evalRepository(db);
    evals.saveSet(evalSet("a", { createdAt: 1 }));
    evals.saveSet(evalSet("b", { createdAt: 2 }));
    const questions = [
      evalQuestion({ question: "Wie heißt „sie“?", answers: [], answerable: false }),
    ];
    evals.saveSet(evalSet("a", { createdAt: 1, name: "Renamed", questions }));
    expect(evals.sets()).toEqual([
      evalSet("b", { createdAt: 2 }),
      evalSet("a", { createdAt: 1, name: "Renamed", questions }),
    ]);
    evals.deleteSet("b");
    expect(evals.sets().map(({ id }) => id)).toEqual(["a"]);
  });
});
