import { describe, expect, it } from "vitest";
import { documentSchema } from "../../../src-main/contract/documents.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { ingestProgress } from "./ingestProgress.ts";

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
      detail: "30 of 120 · 10 pages/s · about 9\u00a0s left",
    });
  });

  it("promises nothing while the size is unknown", () => {
    const unknown = ingestProgress({ ...row, total: 0, done: 0, rate: 0 }, getStrings());
    expect(unknown).toEqual({ label: "Reading", fraction: null, detail: "" });
  });
});
