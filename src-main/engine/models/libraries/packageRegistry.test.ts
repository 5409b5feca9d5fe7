import { describe, expect, it } from "vitest";
import { packageRegistry } from "./packageRegistry.ts";

const told = { address: "https://own.example", from: "environment", problem: null };

describe("packageRegistry", () => {
  it("knows none by itself", () => {
    expect(packageRegistry(null, {})).toEqual({ address: null, from: "none", problem: null });
    expect(packageRegistry(null, { HEARTH_PACKAGE_REGISTRY: " " }).from).toBe("none");
  });

  it("takes the setting before the environment, and Hearth's own variable before npm's", () => {
    const both = {
      npm_config_registry: "https://npm.example/",
      HEARTH_PACKAGE_REGISTRY: "https://own.example/",
    };
    expect(packageRegistry(null, both)).toEqual(told);
    expect(packageRegistry(null, { NPM_CONFIG_REGISTRY: "https://own.example" })).toEqual(told);
    expect(packageRegistry("http://127.0.0.1:4873/a/", both)).toEqual({
      address: "http://127.0.0.1:4873/a",
      from: "setting",
      problem: null,
    });
  });

  it.each([
    ["plain http elsewhere", "http://registry.example", /“http:\/\/registry.example” is not/],
    ["another way", "ftp://registry.example", /is not an https address/],
    ["no address", "registry", /is not an https address/],
    ["a query", "https://registry.example/?token=1", /is not an https address/],
    ["a password", "https://me:s3cret@registry.example", /^What is named is not/],
  ])("says why it does not take %s, and shows no password", (_what, address, problem) => {
    const { problem: said, ...rest } = packageRegistry(address, {});
    expect(rest).toEqual({ address: null, from: "setting" });
    expect(said).toMatch(problem);
    expect(said).not.toContain("s3cret");
  });
});
