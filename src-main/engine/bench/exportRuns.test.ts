import { describe, expect, it } from "vitest";
import { benchRun } from "../store/fixtures/samples.ts";
import { toCsv, toJson } from "./exportRuns.ts";

const cells = (csv: string): Record<string, string>[] => {
  const [header = "", ...rows] = csv.trimEnd().split("\r\n");
  const names = header.split(",");
  return rows.map((row) => Object.fromEntries(row.split(",").map((v, at) => [names[at], v])));
};

describe("exported runs", () => {
  it("are a row each, with median, slowest and fastest", () => {
    const [row] = cells(toCsv([benchRun("a", { at: 0, kvType: "q8_0" })]));
    expect(row).toMatchObject({
      date: "1970-01-01T00:00:00.000Z",
      model: "Small",
      quantization: "Q4_1",
      threads: "2",
      kv_type: "q8_0",
      disturbed: "false",
      prefill_512: "200",
      prefill_512_slowest: "190",
      prefill_512_fastest: "210",
      decode_128: "50",
    });
  });

  it("have a column for each test that any of them has, empty where one has it not", () => {
    const measures = [
      { test: "chats", chats: 4, tokens: 64, tokensPerSecond: 80.126, samples: [80.126] },
    ] as const;
    const rows = cells(
      toCsv([
        benchRun("a"),
        benchRun("b", { measures: measures.map((m) => ({ ...m, samples: [...m.samples] })) }),
      ]),
    );
    expect(rows[0]).toMatchObject({ decode_128: "50", chats_4: "" });
    expect(rows[1]).toMatchObject({ decode_128: "", chats_4: "80.13" });
  });

  it("quote what needs it, and let no name become a formula", () => {
    const csv = toCsv([
      benchRun("a", { model: 'A "good", long\nname' }),
      benchRun("b", { model: "=HYPERLINK(1)" }),
    ]);
    expect(csv).toContain('"A ""good"", long\nname"');
    expect(csv).toContain(",'=HYPERLINK(1),");
  });

  it("come back from JSON as they were", () => {
    const runs = [benchRun("a"), benchRun("b", { disturbed: true })];
    expect(JSON.parse(toJson(runs))).toEqual({ runs });
  });
});
