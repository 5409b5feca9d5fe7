import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { LoopLag } from "./LoopLag.ts";

const lag = new LoopLag();
afterEach(() => lag.stop());

it("tells of what held the event loop up, and begins anew with each call", async () => {
  lag.take();
  await sleep(50);
  const until = performance.now() + 200;
  while (performance.now() < until);
  await sleep(50);
  const held = lag.take();
  expect(held.maxMs).toBeGreaterThan(150);
  expect(held.p50Ms).toBeLessThan(50);
  await sleep(100);
  expect(lag.take().maxMs).toBeLessThan(150);
});
