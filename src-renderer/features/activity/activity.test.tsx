import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import type { ModelActivity } from "../../../src-main/contract/activity.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { ActivityCells } from "./ActivityCells.tsx";
import { nextPeak, pushSample, toActivityView } from "./activityView.ts";
import { Throttled } from "./Throttled.ts";

const id = (name: string): ModelId => name as ModelId;

function activity(fields: Partial<ModelActivity> = {}): ModelActivity {
  return {
    modelId: id("small"),
    running: 2,
    waiting: 1,
    places: 2,
    tokensPerSecond: 41.3,
    promptTokensPerSecond: 200,
    promptTokensLeft: 1_200,
    kvCellsUsed: 1_024,
    kvCells: 4_096,
    kvBytesPerCell: 23_040,
    longestTokens: 1_913,
    contextTokens: 8_192,
    threads: 2,
    device: "cpu",
    ...fields,
  };
}

type Models = NonNullable<Parameters<typeof toActivityView>[0]>;
const models = {
  models: [
    { id: id("small"), name: "Small" },
    { id: id("large"), name: "Large" },
  ],
  loaded: [
    { modelId: id("large"), status: "ready", contextTokens: 4_096, threads: 4, device: "cpu" },
  ],
  chatModelId: id("large"),
} as unknown as Models;

describe("toActivityView", () => {
  it("shows the model that works, whichever is chosen", () => {
    const view = toActivityView(models, { models: [activity()] });
    expect(view).toMatchObject({ name: "Small", writing: 41.3, running: 2, waiting: 1 });
    expect(view?.cache).toEqual({
      cells: 1_024,
      ofCells: 4_096,
      bytes: 1_024 * 23_040,
      ofBytes: 4_096 * 23_040,
    });
  });

  it("says how long reading will take once its rate is known", () => {
    const left = (fields: Partial<ModelActivity>) =>
      toActivityView(models, { models: [activity(fields)] })?.reading;
    expect(left({})?.remainingMs).toBe(6_000);
    expect(left({ promptTokensPerSecond: 0 })?.remainingMs).toBeNull();
    expect(left({ promptTokensLeft: 0 })).toBeNull();
  });

  it("falls back to what is loaded for chats, and to nothing", () => {
    const idle = activity({ running: 0, waiting: 0 });
    expect(toActivityView(models, { models: [idle] })).toMatchObject({
      name: "Large",
      threads: 4,
      contextTokens: 4_096,
      cache: null,
    });
    expect(toActivityView({ ...models, loaded: [] }, { models: [] })).toBeUndefined();
    expect(toActivityView(undefined, undefined)).toBeUndefined();
  });
});

describe("progress of reading", () => {
  it("is measured against the most that was left, and begins anew after nothing was left", () => {
    let peak = 0;
    const seen = [1_000, 400, 900, 1_400, 0, 300].map((left) => (peak = nextPeak(peak, left)));
    expect(seen).toEqual([1_000, 1_000, 1_000, 1_400, 0, 300]);
  });

  it("keeps so many samples", () => {
    expect([1, 2, 3, 4].reduce<readonly number[]>((all, n) => pushSample(all, n, 3), [])).toEqual([
      2, 3, 4,
    ]);
  });
});

describe("the cells", () => {
  const render = (fields: Partial<ModelActivity>): string => {
    const view = toActivityView(models, { models: [activity(fields)] });
    return view
      ? renderToStaticMarkup(<ActivityCells view={view} peak={2_400} samples={[]} />)
      : "";
  };

  it("say every number in words, with its unit", () => {
    const html = render({});
    for (const words of [
      "41\u00a0tok/s",
      "1,200 tokens left",
      "200\u00a0tok/s · about 5\u00a0s left",
      "1,913 of 8.2k tokens",
      "24 MB of 94 MB",
      "1,024 of 4,096 cells",
      "2 of 2",
      "1 waiting",
      "CPU · 2 threads",
      "Small",
    ]) {
      expect(html).toContain(words);
    }
  });

  it("give each gauge a name, a value and words", () => {
    const html = render({});
    expect(html).toMatch(
      /role="progressbar" aria-label="Reading prompts" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50"/,
    );
    expect(html).toMatch(/role="meter" aria-label="KV cache"[^>]*aria-valuenow="25"/);
    expect(html).toMatch(/aria-valuetext="1,913 of 8,192 tokens"/);
  });

  it("are the same cells while nothing goes on", () => {
    const count = (html: string): number => html.split("<dt>").length;
    const idle = render({
      waiting: 0,
      running: 1,
      tokensPerSecond: 0,
      promptTokensLeft: 0,
      kvCells: 0,
    });
    expect(count(idle)).toBe(count(render({})));
    expect(idle).toContain("Idle");
    expect(idle).toContain("Nothing to read");
  });
});

describe("Throttled", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("tells the first change at once, then at most one in each stretch, and the last one surely", () => {
    const source = createStore(() => ({ n: 0 }));
    const throttled = new Throttled(source, 250);
    const told: number[] = [];
    const stop = throttled.subscribe(() => told.push(throttled.getState().n));
    for (let n = 1; n <= 100; n++) {
      source.setState({ n });
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1_000);
    expect(told[0]).toBe(1);
    expect(told.at(-1)).toBe(100);
    expect(told.length).toBeLessThanOrEqual(6);
    source.setState({ n: 101 });
    expect(told.at(-1)).toBe(101);
    stop();
    source.setState({ n: 102 });
    vi.advanceTimersByTime(1_000);
    expect(told.at(-1)).toBe(101);
    expect(throttled.getState().n).toBe(102);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives the same value until it tells of another, as React wants it", () => {
    const source = createStore(() => ({ n: 0 }));
    const throttled = new Throttled(source, 250);
    const stop = throttled.subscribe(() => {});
    source.setState({ n: 1 });
    const one = throttled.getState();
    source.setState({ n: 2 });
    expect(throttled.getState()).toBe(one);
    vi.advanceTimersByTime(250);
    expect(throttled.getState().n).toBe(2);
    stop();
  });
});
