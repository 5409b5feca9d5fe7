import { describe, expect, it } from "vitest";
import { hostFallbacks } from "../../contract/hostCapabilities.ts";
import type { Face } from "../../rpc/RpcServer.ts";
import { askFaces } from "./askFaces.ts";

/** A face that seals, one that cannot, and one that never answers. */
function face(seal: "seals" | "cannot" | "frozen"): Face {
  const sealed = { sealed: seal === "seals" ? "sealed" : null };
  return {
    id: seal,
    kind: "test",
    ask: (name: string) => {
      if (seal === "frozen") return new Promise(() => {});
      return Promise.resolve(name === "secrets.seal" ? sealed : hostFallbacks["secrets.open"]);
    },
  } as Face;
}

const seal = (...faces: Face[]): Promise<string | null> =>
  askFaces(
    faces,
    (one) => one.ask("secrets.seal", { text: "secret" }),
    ({ sealed }) => sealed,
  );

describe("askFaces", () => {
  it("takes the first answer there is", async () => {
    expect(await seal(face("cannot"), face("seals"))).toBe("sealed");
  });

  it("says null where no face has it, or there is none", async () => {
    expect(await seal(face("cannot"), face("cannot"))).toBeNull();
    expect(await seal()).toBeNull();
  });

  it("passes over one that is frozen", async () => {
    const answer = askFaces(
      [face("frozen"), face("seals")],
      (one) => one.ask("secrets.seal", { text: "secret" }),
      ({ sealed }) => sealed,
      20,
    );
    expect(await answer).toBe("sealed");
  });
});
