import type { FullConfig, Reporter, Suite, TestCase } from "@playwright/test/reporter";
import { writeCounts, type Counts } from "./counts.ts";

/** Adds up a run of Playwright. A test that passed only when tried again counts as failed. */
export default class PlaywrightCounter implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onError(): void {
    this.#errors += 1;
  }

  async onEnd(): Promise<void> {
    const counts: Counts = { passed: 0, failed: this.#errors, skipped: [] };
    for (const test of this.#suite?.allTests() ?? []) count(test, counts);
    await writeCounts(counts);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function count(test: TestCase, counts: Counts): void {
  const outcome = test.outcome();
  if (outcome === "expected") counts.passed += 1;
  else if (outcome !== "skipped") counts.failed += 1;
  else {
    const notes = test.annotations.filter(({ type }) => type === "skip" || type === "fixme");
    const reason = notes.find(({ description }) => description)?.description ?? "no reason given";
    counts.skipped.push({ name: test.titlePath().filter(Boolean).join(" › "), reason });
  }
}
