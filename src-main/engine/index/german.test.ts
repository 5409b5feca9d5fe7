import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkIdSchema, documentIdSchema } from "../../contract/ids.ts";
import { germanQueryStems, isGerman, stemGerman } from "./german.ts";
import { keywordText } from "./keywordText.ts";
import { VectorIndex } from "./VectorIndex.ts";

describe("stemGerman", () => {
  it.each([
    ["Haus", "Häuser", "Häusern", "Hauses"],
    ["Brücke", "Brücken"],
    ["gebaut", "baut", "bauten"],
    ["Straße", "Straßen", "STRASSE"],
    ["Kind", "Kinder", "Kindern", "Kindes"],
    ["schnell", "schnelle", "schneller", "schnellem"],
  ])("%s and its other forms are one word", (...forms) => {
    expect(new Set(forms.map(stemGerman)).size).toBe(1);
  });

  it("keeps words apart that only begin alike, and what is too short to cut", () => {
    expect(stemGerman("Bahn")).not.toBe(stemGerman("Bank"));
    expect(stemGerman("Eis")).toBe("eis");
  });
});

describe("isGerman", () => {
  it.each([
    ["Die Brücke wurde im Jahr 1931 von der Stadt gebaut.", true],
    ["The bridge was built by the city in 1931.", false],
    ["Arlen Bridge 1931", false],
    ["", false],
  ])("%s: %s", (text, expected) => expect(isGerman(text)).toBe(expected));

  it("an English query gets no German forms, one of names alone does", () => {
    expect(germanQueryStems("which houses were built in the city")).toEqual([]);
    expect(germanQueryStems("Brücken")).toEqual(["bruck"]);
    expect(germanQueryStems("Welche Häuser sind die ältesten?")).toEqual(["hau", "alt"]);
  });
});

/** Invented facts; no question has its main word in the form in which the text has it. */
const passages: [id: string, text: string, question: string][] = [
  [
    "turm",
    "Die Wächter des Turms zündeten jeden Abend die Laternen an.",
    "Wer zündet eine Laterne auf den Türmen an?",
  ],
  [
    "mühle",
    "In den Mühlen von Tolvey wurde das Getreide mit schweren Steinen gemahlen.",
    "Womit mahlt eine Mühle?",
  ],
  [
    "salz",
    "Die Schiffe der Stadt brachten das Salz über den Fluss in die Häfen.",
    "Welches Schiff bringt Salz in einen Hafen?",
  ],
  [
    "verein",
    "Mitglieder des Vereins zahlen einen jährlichen Beitrag von 42 Kronen.",
    "Welche Beiträge zahlt ein Mitglied in Vereinen?",
  ],
  [
    "brot",
    "Das Brot wird aus dem Mehl und dem Wasser gebacken und mit Salz gewürzt.",
    "Wie werden Brote gebacken?",
  ],
  [
    "bahn",
    "Die Strecke der Bahn wurde nach der Flut geschlossen und das Gleis verkauft.",
    "Warum hat man die Bahnen nach Fluten geschlossen?",
  ],
  [
    "schule",
    "Die Lehrerin der Schule schrieb ein Buch über die Vögel der Küste.",
    "Welche Bücher schrieben Lehrerinnen über einen Vogel?",
  ],
  [
    "haus",
    "Das Haus am Markt gehörte einem Arzt und wurde als Museum eröffnet.",
    "Welche Häuser gehörten den Ärzten?",
  ],
  [
    "gesetz",
    "Das Gesetz verbietet es den Händlern, mit dem Korn zu spekulieren.",
    "Welche Gesetze verbieten einem Händler etwas?",
  ],
  [
    "wald",
    "Der Wald ist von dem Sturm zerstört und danach wieder gepflanzt worden.",
    "Wann zerstörten die Stürme Wälder?",
  ],
];

describe("keyword search in German", () => {
  let dir: string;
  const indexes: VectorIndex[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hearth-german-"));
    for (const name of ["plain", "stemmed"]) {
      const index = await VectorIndex.open({
        dir: join(dir, name),
        fingerprint: {
          model: name,
          quantization: "",
          chunkerVersion: "",
          prefix: "",
          dimensions: 2,
        },
      });
      indexes.push(index);
      await index.add(
        passages.map(([id, text]) => ({
          chunkId: chunkIdSchema.parse(id),
          documentId: documentIdSchema.parse(id),
          version: 1,
          text:
            name === "plain"
              ? text
              : keywordText({ context: "", text, sentences: [{ start: 0, end: text.length }] }),
          vector: Float32Array.of(1, 0),
        })),
      );
    }
  });
  afterAll(async () => {
    for (const index of indexes) await index.close();
    await rm(dir, { recursive: true, force: true });
  });

  const found = async (index: VectorIndex | undefined): Promise<number> => {
    let right = 0;
    for (const [id, , question] of passages) {
      const [first] = (await index?.keywordSearch(question, { limit: 1 })) ?? [];
      if (first?.chunkId === id) right += 1;
    }
    return right;
  };

  it("finds what is asked in another form of the word, as the words alone do not", async () => {
    const [plain, stemmed] = [await found(indexes[0]), await found(indexes[1])];
    expect(stemmed).toBe(passages.length);
    expect(plain).toBeLessThan(stemmed);
  });

  it("a word as it is written is found from an English question too", async () => {
    const [first] = await indexes[1]!.keywordSearch("who lives in Tolvey", { limit: 1 });
    expect(first?.chunkId).toBe("mühle");
  });
});
