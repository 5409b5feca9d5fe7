import { describe, expect, it } from "vitest";
import { chunk } from "../store/fixtures/samples.ts";
import type { ChunkRecord } from "../store/records.ts";
import { describeText } from "./describeText.ts";
import { detectLanguage } from "./detectLanguage.ts";

const texts: Record<string, string> = {
  en: "The ferry leaves the harbour at seven in the morning and returns before the evening tide comes in.",
  de: "Die Fähre verlässt den Hafen um sieben Uhr morgens und kehrt zurück, bevor am Abend die Flut kommt.",
  fr: "Le bac quitte le port à sept heures du matin et revient avant que la marée du soir ne monte dans la baie.",
  es: "El transbordador sale del puerto a las siete de la mañana y vuelve antes de que suba la marea de la tarde.",
  ru: "Паром выходит из гавани в семь часов утра и возвращается до того, как вечером начнётся прилив.",
  ja: "フェリーは朝七時に港を出て、夕方の潮が満ちる前に戻ってきます。天気が悪い日は休みますので、前もって確かめてください。それから切符を買うのを忘れないようにしましょう。",
};

describe("detectLanguage", () => {
  it.each(Object.entries(texts))("knows %s", (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it("says nothing of numbers and of a few words", () => {
    expect(detectLanguage("12,5 13,0 1899 – 4.711 ".repeat(50))).toBe("");
    expect(detectLanguage("Invoice")).toBe("");
  });
});

/** A chunk of page 1 whose text stands at the given place. */
function part(ordinal: number, start: number, text: string): ChunkRecord {
  const parts = [{ page: 1, start, end: start + text.length, textStart: 0 }];
  return { ...chunk("d", 1, ordinal), text, parts };
}

describe("describeText", () => {
  it("gives the same hash however the same text is split and broken into lines", () => {
    const text = texts["en"] ?? "";
    const whole = describeText([part(0, 0, text)]);
    const overlapping = describeText([part(0, 0, text.slice(0, 60)), part(1, 40, text.slice(40))]);
    expect(overlapping).toEqual(whole);
    expect(describeText([part(0, 0, text.replaceAll(" ", "\n  "))])).toEqual(whole);
    expect(whole.language).toBe("en");
    expect(describeText([part(0, 0, `${text} More.`)]).textHash).not.toBe(whole.textHash);
  });

  it("tells nothing of a document without text", () => {
    expect(describeText([])).toEqual({ language: "", textHash: "" });
  });
});
