import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { expectNothingListed, expectRight, HubDownload } from "../testing/HubDownload.ts";
import type { HubFault } from "../testing/FakeHub.ts";
import { PassingFailure } from "./downloadOptions.ts";

let test: HubDownload;

beforeEach(async () => {
  test = await HubDownload.open(randomBytes(300_000));
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
});

describe("any mixture of faults", () => {
  const single: readonly HubFault[] = [
    { on: "cdn", dropAfter: 20_000 },
    { on: "cdn", dropAfter: 0 },
    { on: "cdn", hangUp: true },
    { on: "hub", hangUp: true },
    { on: "hub", status: 500 },
    { on: "cdn", status: 503 },
    { on: "cdn", status: 403 },
    { on: "cdn", stallAfter: 1000 },
    { on: "cdn", ignoreRange: true },
    { on: "cdn", ignoreRange: true, dropAfter: 50_000 },
    { on: "cdn", flipByte: 5 },
    { on: "cdn", shiftRange: 9 },
    { on: "cdn", noEtag: true },
    { on: "cdn", etag: '"other"' },
    { on: "cdn", contentLength: 999 },
    { on: "cdn" },
  ];

  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    "ends in the right bytes or a plain error (seed %i)",
    async (seed) => {
      let state = seed * 7919 + 13;
      const random = (below: number): number => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((state / 2_147_483_648) * below);
      };
      const item = await test.wanted();
      test.hub.faults = Array.from({ length: 2 + random(10) }, () => ({
        ...(single[random(single.length)] ?? { on: "cdn" as const }),
      }));
      const error: unknown = await test
        .fetch(item, { idleMs: 60 })
        .catch((thrown: unknown) => thrown);
      if (error === undefined) {
        await expectRight(test);
        return;
      }
      const plain = error instanceof PassingFailure ? error.error : error;
      expect(plain).toBeInstanceOf(HearthError);
      await expectNothingListed(test);
      // What went wrong once does not stand in the way of the next try.
      test.hub.faults = [];
      await test.fetch(item);
      await expectRight(test);
    },
  );
});

describe("tokens", () => {
  it("go to the hub alone, not to where it sends", async () => {
    test.folder.token = "hf_known";
    test.hub.tokens.set("hf_known", { mayReadGated: true });
    const there = test.hub.repositories.get(test.repository);
    if (there) there.gated = "manual";
    await test.fetch(await test.wanted());
    await expectRight(test);
    const { seen } = test.hub;
    expect(
      seen.filter(({ on }) => on !== "cdn").every((one) => one.authorization === "Bearer hf_known"),
    ).toBe(true);
    expect(
      seen.filter(({ on }) => on === "cdn").every((one) => one.authorization === undefined),
    ).toBe(true);
    expect(JSON.stringify(test.folder.log)).not.toContain("hf_known");
  });

  it.each([
    [null, /accept the terms|accepted its terms and say who/iu],
    ["hf_stranger", /does not accept the access token/u],
    ["hf_unlisted", /the account of your token has not/u],
  ])("with %s a gated model is refused with its reason", async (token, words) => {
    test.hub.tokens.set("hf_unlisted", { mayReadGated: false });
    const item = await test.wanted();
    const there = test.hub.repositories.get(test.repository);
    if (there) there.gated = "manual";
    test.folder.token = token;
    expect((await test.failure(test.fetch(item))).reason).toMatch(words);
    await expectNothingListed(test);
  });
});
