import { describe, expect, it } from "vitest";
import { installNetworkGuard } from "../../egress/guard.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import { AnswerService } from "../AnswerService.ts";
import { forbidTracing } from "./noTracing.ts";
import { FakeLibrary } from "./testing/fakeTools.ts";

describe("G17: tracing", () => {
  it("takes the variables away, and no others", () => {
    const environment = { LANGSMITH_API_KEY: "k", langchain_tracing_v2: "true", PATH: "/bin" };
    forbidTracing(environment);
    expect(environment).toEqual({ PATH: "/bin" });
  });

  it("does not begin with the variables set: a run asks nothing of the network", async () => {
    const refused: RequestRecord[] = [];
    installNetworkGuard({ process: "test", onRefused: (record) => refused.push(record) });
    for (const name of ["LANGSMITH", "LANGCHAIN"]) {
      process.env[`${name}_TRACING`] = "true";
      process.env[`${name}_TRACING_V2`] = "true";
      process.env[`${name}_API_KEY`] = "key";
      process.env[`${name}_ENDPOINT`] = "http://192.0.2.1:9";
    }
    const library = new FakeLibrary();
    library.add("a.pdf", "The Grey Heron carries 412 passengers.");
    const service = new AnswerService({
      ...library.tools(),
      openSaver: () => Promise.reject(new Error("Nothing is kept here.")),
    });
    const question = "How many passengers does the Grey Heron carry?";
    const answer = await service.answer({ question }, () => {}, new AbortController().signal);
    expect(answer.abstained).toBe(false);
    // What a tracer would send goes out in the background.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(refused).toEqual([]);
    await expect(fetch("http://192.0.2.1:9")).rejects.toThrow();
    expect(refused).toHaveLength(1);
  });
});
