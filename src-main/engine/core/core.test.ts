import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { Cell } from "./Cell.ts";
import { Disposer } from "./Disposer.ts";
import { KeyedLock } from "./KeyedLock.ts";
import { NoticeBoard } from "./NoticeBoard.ts";

describe("Cell", () => {
  it("tells of a new value once, and not of the same one", () => {
    const cell = new Cell(1);
    const seen: number[] = [];
    const stop = cell.subscribe(() => seen.push(cell.get()));
    cell.set(1);
    cell.set(2);
    cell.update((n) => n + 1);
    stop();
    cell.set(9);
    expect(seen).toEqual([2, 3]);
  });
});

describe("KeyedLock", () => {
  it("runs the work of one key in order and of others meanwhile", async () => {
    const lock = new KeyedLock();
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = lock.run("a", async () => {
      log.push("a1");
      await gate.promise;
      log.push("a1 end");
    });
    const second = lock.run("a", async () => void log.push("a2"));
    await lock.run("b", async () => void log.push("b"));
    gate.resolve();
    await Promise.all([first, second]);
    expect(log).toEqual(["a1", "b", "a1 end", "a2"]);
  });

  it("goes on after a failure, which only its own caller sees", async () => {
    const lock = new KeyedLock();
    const failing = lock.run("a", () => Promise.reject(new Error("no")));
    const next = lock.run("a", async () => "yes");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});

describe("Disposer", () => {
  it("ends in reverse, all of it, and passes failures on", async () => {
    const disposer = new Disposer();
    const ended: string[] = [];
    disposer.add(() => void ended.push("first"));
    disposer.add(() => Promise.reject(new Error("stuck")));
    disposer.add(() => void ended.push("last"));
    await expect(disposer[Symbol.asyncDispose]()).rejects.toThrow(AggregateError);
    expect(ended).toEqual(["last", "first"]);
    await disposer[Symbol.asyncDispose]();
    expect(ended).toHaveLength(2);
  });
});

describe("NoticeBoard", () => {
  it("keeps one notice of a kind, the newest last, until it is dismissed", () => {
    const board = new NoticeBoard();
    const died = new HearthError({ code: "model-died", title: "It stopped." });
    board.post("warning", died);
    board.post("error", new HearthError({ code: "disk-full", title: "No room." }));
    board.post("warning", died);
    expect(board.cell.get().map((notice) => notice.error.title)).toEqual([
      "No room.",
      "It stopped.",
    ]);
    board.dismiss(board.cell.get()[0]!.id);
    expect(board.cell.get().map((notice) => notice.error.code)).toEqual(["model-died"]);
  });
});
