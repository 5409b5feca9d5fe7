import { describe, expect, it } from "vitest";
import { childEnvironment } from "./childEnvironment.ts";

describe("childEnvironment", () => {
  it.each([
    ["PATH", true],
    ["Path", true],
    ["HOME", true],
    ["LC_ALL", true],
    ["HEARTH_HOME", true],
    ["SystemRoot", true],
    ["NODE_OPTIONS", false],
    ["NODE_EXTRA_CA_CERTS", false],
    ["NODE_TLS_REJECT_UNAUTHORIZED", false],
    ["LD_PRELOAD", false],
    ["LD_LIBRARY_PATH", false],
    ["ELECTRON_RUN_AS_NODE", false],
    ["LANGCHAIN_TRACING_V2", false],
    ["LANGSMITH_API_KEY", false],
    ["LANGSMITH_ENDPOINT", false],
    ["HTTP_PROXY", false],
    ["https_proxy", false],
    ["AWS_SECRET_ACCESS_KEY", false],
    ["LANGX", false],
  ])("%s: passed on is %s", (name, passed) => {
    expect(Object.keys(childEnvironment({ [name]: "v" }))).toEqual(passed ? [name] : []);
  });

  it("adds what a child needs", () => {
    expect(childEnvironment({ PATH: "/bin", GONE: undefined }, { A: "1" })).toEqual({
      PATH: "/bin",
      A: "1",
    });
  });
});
