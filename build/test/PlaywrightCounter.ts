import type { FullConfig, Reporter, Suite, TestCase, TestError } from "@playwright/test/reporter";
import { noCounts, reasonOf, writeCounts, type Counts, type Remark } from "./counts.ts";

/** Adds up a run of Playwright. An error outside of any test counts as failed. */
export default class PlaywrightCounter implements Reporter {
  #suite: Suite | undefined;
  readonly #errors: Remark[] = [];

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onError(error: TestError): void {
    this.#errors.push({ name: "outside of any test", reason: reasonOf(error.message) });
  }

  async onEnd(): Promise<void> {
    const counts = { ...noCounts(), failed: this.#errors.length, failures: [...this.#errors] };
    for (const test of this.#suite?.allTests() ?? []) count(test, counts);
    await writeCounts(counts);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function count(test: TestCase, counts: Counts): void {
  const outcome = test.outcome();
  const name = test.titlePath().filter(Boolean).join(" › ");
  const error = test.results.find(({ error: found }) => found !== undefined)?.error;
  if (outcome === "skipped") {
    const notes = test.annotations.filter(({ type }) => type === "skip" || type === "fixme");
    const reason = notes.find(({ description }) => description)?.description ?? "no reason given";
    counts.skipped.push({ name, reason });
  } else if (outcome === "unexpected") {
    counts.failed += 1;
    counts.failures.push({ name, reason: reasonOf(error?.message) });
  } else {
    counts.passed += 1;
    if (outcome === "flaky") counts.flaky.push({ name, reason: reasonOf(error?.message) });
  }
}
