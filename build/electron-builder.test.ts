import { describe, expect, it } from "vitest";
import { fuses } from "./electron-builder.ts";

describe("fuses", () => {
  it("closes every door of a shipped app", () => {
    expect(fuses(45, false)).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it("opens only inspection for a test build", () => {
    expect(fuses(45, true)).toEqual({ ...fuses(45, false), enableNodeCliInspectArguments: true });
  });

  it("leaves out what an older Electron has no place for", () => {
    expect(fuses(22, false)).not.toHaveProperty("grantFileProtocolExtraPrivileges");
  });
});
