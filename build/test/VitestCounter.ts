import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import { noCounts, reasonOf, writeCounts, type Counts } from "./counts.ts";

/** Adds up a run of vitest. A file that could not be loaded, and an error outside of any test, each count as failed. */
export default class VitestCounter implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
  ): Promise<void> {
    const counts = noCounts();
    fail(counts, "outside of any test", unhandled);
    for (const module of modules) {
      fail(counts, module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites()) fail(counts, nameOf(suite), suite.errors());
      for (const test of module.children.allTests()) count(test, counts);
    }
    await writeCounts(counts);
  }
}

function nameOf(entity: TestCase | TestSuite): string {
  return `${entity.module.relativeModuleId}: ${entity.fullName}`;
}

function fail(counts: Counts, name: string, errors: readonly { message: string }[]): void {
  counts.failed += errors.length;
  for (const { message } of errors) counts.failures.push({ name, reason: reasonOf(message) });
}

function count(test: TestCase, counts: Counts): void {
  const result = test.result();
  const name = nameOf(test);
  if (result.state === "passed") {
    counts.passed += 1;
    if (test.diagnostic()?.flaky) {
      counts.flaky.push({ name, reason: reasonOf(result.errors?.[0]?.message) });
    }
  } else if (result.state === "failed") {
    counts.failed += 1;
    counts.failures.push({ name, reason: reasonOf(result.errors[0]?.message) });
  } else {
    const reason = result.state === "skipped" ? result.note : "it did not run";
    counts.skipped.push({ name, reason: reason ?? "no reason given" });
  }
}
