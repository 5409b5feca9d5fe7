import { afterEach, expect, it } from "vitest";
import { HearthError } from "../../src-main/contract/errors.ts";
import { dismissFailure, told, useFailure } from "./failures.ts";

afterEach(dismissFailure);

it("keeps why something failed until it is dismissed", async () => {
  const failing = (): Promise<never> =>
    Promise.reject(new HearthError({ code: "not-found", title: "There is no such chat." }));
  expect(await told(failing)).toBe(false);
  expect(useFailure.getState().error).toMatchObject({ title: "There is no such chat." });
  expect(await told(() => Promise.resolve())).toBe(true);
  expect(useFailure.getState().error).not.toBeNull();
  dismissFailure();
  expect(useFailure.getState().error).toBeNull();
});

it("says nothing of what was cancelled", async () => {
  const cancelled = new HearthError({ code: "cancelled", title: "Stopped." });
  expect(await told(() => Promise.reject(cancelled))).toBe(false);
  expect(useFailure.getState().error).toBeNull();
});
