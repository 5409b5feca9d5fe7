import { describe, expect, it } from "vitest";
import { ComputeBudget, type ComputeLease } from "./ComputeBudget.ts";
import type { ComputePriority } from "./InferenceBackend.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asks for a lease and notes when it comes. */
function ask(
  budget: ComputeBudget,
  log: string[],
  name: string,
  owner: object,
  priority: ComputePriority,
) {
  const abort = new AbortController();
  const lease = budget.lease(owner, priority, abort.signal).then((granted) => {
    log.push(name);
    return granted;
  });
  return { lease, abort };
}

const release = async (lease: Promise<ComputeLease>): Promise<void> => {
  (await lease)[Symbol.dispose]();
  await turn();
};

describe("ComputeBudget", () => {
  it("lends the cores to one owner at a time, chat before background", async () => {
    const budget = new ComputeBudget();
    const [embedder, chat, reranker] = [{}, {}, {}];
    const log: string[] = [];
    const first = ask(budget, log, "batch 1", embedder, "background");
    const second = ask(budget, log, "batch 2", reranker, "background");
    const third = ask(budget, log, "answer", chat, "chat");
    await turn();
    expect(log).toEqual(["batch 1"]);
    expect(budget.busyWithChat).toBe(true);
    await release(first.lease);
    expect(log).toEqual(["batch 1", "answer"]);
    await release(third.lease);
    expect(log).toEqual(["batch 1", "answer", "batch 2"]);
    expect(budget.busyWithChat).toBe(false);
    await release(second.lease);
  });

  it("lets one owner's calls run side by side", async () => {
    const budget = new ComputeBudget();
    const owner = {};
    const log: string[] = [];
    const leases = ["a", "b"].map((name) => ask(budget, log, name, owner, "chat").lease);
    await turn();
    expect(log).toEqual(["a", "b"]);
    const other = ask(budget, log, "other", {}, "chat");
    await release(leases[0]!);
    expect(log).toEqual(["a", "b"]);
    await release(leases[1]!);
    expect(log).toEqual(["a", "b", "other"]);
    await release(other.lease);
  });

  it("does not let a busy owner keep others out", async () => {
    const budget = new ComputeBudget();
    const [busy, patient] = [{}, {}];
    const log: string[] = [];
    const first = ask(budget, log, "busy 1", busy, "chat");
    const waiting = ask(budget, log, "patient", patient, "chat");
    const second = ask(budget, log, "busy 2", busy, "chat");
    await turn();
    expect(log).toEqual(["busy 1"]);
    await release(first.lease);
    expect(log).toEqual(["busy 1", "patient"]);
    await release(waiting.lease);
    await release(second.lease);
    expect(log).toEqual(["busy 1", "patient", "busy 2"]);
  });

  it("keeps background work back while a chat holds the cores", async () => {
    const budget = new ComputeBudget();
    const owner = {};
    const log: string[] = [];
    const chat = ask(budget, log, "answer", owner, "chat");
    await turn();
    const batch = ask(budget, log, "batch", {}, "background");
    await turn();
    expect(log).toEqual(["answer"]);
    await release(chat.lease);
    expect(log).toEqual(["answer", "batch"]);
    await release(batch.lease);
  });

  it("forgets who gave up, and whom that held back goes on", async () => {
    const budget = new ComputeBudget();
    const [holder, owner] = [{}, {}];
    const log: string[] = [];
    const held = ask(budget, log, "held", holder, "background");
    const chat = ask(budget, log, "chat", owner, "chat");
    const same = ask(budget, log, "same", holder, "background");
    await turn();
    chat.abort.abort();
    await expect(chat.lease).rejects.toMatchObject({ code: "cancelled" });
    await turn();
    expect(log).toEqual(["held", "same"]);
    await release(held.lease);
    await release(same.lease);
    await expect(budget.lease(owner, "chat", AbortSignal.abort())).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("counts a lease that is given back twice once", async () => {
    const budget = new ComputeBudget();
    const log: string[] = [];
    const owner = {};
    const [a, b] = [ask(budget, log, "a", owner, "chat"), ask(budget, log, "b", owner, "chat")];
    await release(a.lease);
    await release(a.lease);
    const other = ask(budget, log, "other", {}, "chat");
    await turn();
    expect(log).not.toContain("other");
    await release(b.lease);
    expect(log).toContain("other");
    await release(other.lease);
  });
});
