import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import { writeCounts, type Counts } from "./counts.ts";

/** Adds up a run of vitest. A file that could not be loaded, and an error outside of any test, each count as failed. */
export default class VitestCounter implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
  ): Promise<void> {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: [] };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) count(test, counts);
    }
    await writeCounts(counts);
  }
}

function count(test: TestCase, counts: Counts): void {
  const result = test.result();
  if (result.state === "passed") counts.passed += 1;
  else if (result.state === "failed") counts.failed += 1;
  else {
    const reason = result.state === "skipped" ? result.note : "it did not run";
    const name = `${test.module.relativeModuleId}: ${test.fullName}`;
    counts.skipped.push({ name, reason: reason ?? "no reason given" });
  }
}
