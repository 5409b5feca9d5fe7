import { describe, expect, it } from "vitest";
import { documentSchema } from "../../../src-main/contract/documents.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { describeOverview, ingestProgress } from "./ingestProgress.ts";

const row = documentSchema.parse({
  id: "d",
  name: "a.pdf",
  path: "a.pdf",
  mediaType: "",
  bytes: 0,
  status: "working",
  stage: "reading",
  done: 30,
  total: 120,
  rate: 10,
  pages: null,
  chunks: 0,
  addedAt: 0,
});

describe("ingestProgress", () => {
  it("says how far, how fast and how long", () => {
    expect(ingestProgress(row, getStrings())).toEqual({
      label: "Reading",
      fraction: 0.25,
      detail: "30 of 120 · 10 pages/s · about 10\u00a0s left",
    });
  });

  it("promises nothing while the size is unknown", () => {
    const unknown = ingestProgress({ ...row, total: 0, done: 0, rate: 0 }, getStrings());
    expect(unknown).toEqual({ label: "Reading", fraction: null, detail: "" });
  });
});

describe("describeOverview", () => {
  const overview = { done: 12, total: 340, perMinute: 34.6, secondsLeft: 244 };

  it("says how many documents, how fast and how long", () => {
    const said = describeOverview(overview, false, getStrings());
    expect(said.label).toBe("12 of 340 documents");
    expect(said.detail).toBe("35 per minute · about 4 min left");
  });

  it("never promises to be done before the slowest document is", () => {
    const said = describeOverview(overview, false, getStrings(), 600_000);
    expect(said.detail).toBe("35 per minute · about 10 min left");
  });

  it("promises nothing while it is paused, and knows a pause without work", () => {
    expect(describeOverview(overview, true, getStrings())).toMatchObject({
      label: "Paused: 12 of 340 documents",
      detail: "",
    });
    expect(describeOverview(null, true, getStrings()).label).toBe("Adding documents is paused");
  });
});
