import { describe, expect, it } from "vitest";
import { contentOf, leastQuality, pageQuality, textQuality } from "./textQuality.ts";

const prose =
  "The harbour master keeps a careful ledger of every vessel that enters the fjord, with the hour of its arrival, its cargo and the name of its captain. In the winter of 1883 a storm broke the outer wall, and the office was moved to the old customs house behind the church.";
const german =
  "Die Wasserbehörde trat elfmal zusammen. Der Verbrauch fiel um 3,7 Prozent auf 12.480 Kubikmeter am Tag, hauptsächlich weil die Hauptleitung erneuert und einundvierzig Lecks abgedichtet wurden, bevor der Frost kam.";
const others = {
  Polish:
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa. Każdy człowiek posiada wszystkie prawa.",
  Finnish:
    "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä. Jokainen on oikeutettu kaikkiin oikeuksiin.",
  Turkish:
    "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler. Herkes bu beyannamede ilan olunan bütün haklardan istifade eder.",
  Russian:
    "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства. Каждый человек должен обладать всеми правами.",
  Japanese:
    "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。",
  Arabic:
    "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً وعليهم أن يعامل بعضهم بعضاً بروح الإخاء.",
};
const capitals = prose.toUpperCase();
const numbers = Array.from({ length: 60 }, (_, i) => `${i * 37}.${i % 10} 12,480 –${i}%`).join(
  "\n",
);
const quantities = Array.from(
  { length: 60 },
  (_, i) => `A, B, C = 0.0${i % 10}, 0.00, x = ${i}`,
).join("\n");
const code =
  `export function total(rows) {\n  return rows.reduce((sum, row) => sum + row.price, 0);\n}\nconst maxDepth = 32; if (depth < maxDepth) files.push(...listFolder(child, depth + 1));\n`.repeat(
    3,
  );
const references =
  "[1] A. Berg and K. Lund, IEEE Trans. Inf. Theory, vol. 12, no. 3, pp. 11–29, 1998. doi:10.1109/TIT.1998.1234. [2] ISO/IEC 8859-1:1998. [3] GDP, USA, EU, WHO, NATO, HTTP, PDF, OCR. [4] https://example.org/path/to/file.html".repeat(
    2,
  );

const shifted = (by: number): string =>
  Array.from(prose, (letter) =>
    letter === " " ? letter : String.fromCharCode(letter.charCodeAt(0) + by),
  ).join("");
/** Each letter stands for another, as where a font's own encoding is taken for a known one. */
const swapped = prose.replace(/[a-z]/giu, (letter) => {
  const alphabet = "xqzjkvbpygfwmucldrhsnioate";
  return alphabet[letter.toLowerCase().charCodeAt(0) - 97] ?? letter;
});

describe("textQuality", () => {
  it.each(
    Object.entries({
      prose,
      german,
      ...others,
      capitals,
      numbers,
      quantities,
      code,
      references,
      empty: "",
    }),
  )("takes %s for text", (_name, text) => {
    expect(textQuality(text)).toBeGreaterThanOrEqual(0.8);
  });

  it.each(
    Object.entries({
      "numbers of glyphs (each letter 29 too low)": shifted(-29),
      "letters after the next": shifted(1),
      "letters swapped at random": swapped,
      "numbers of glyphs, few":
        "$8# 8!0(5+0 '!7$#0 3##\"7 ! /!0#*+: :#61#0 5* #2#0- 2#77#: %. $8# *,506 ".repeat(4),
      "private characters": prose.replace(/[a-z]/gu, (letter) =>
        String.fromCharCode(0xf000 + letter.charCodeAt(0)),
      ),
      "replaced characters": prose.replace(/[aeiou]/gu, "\uFFFD"),
      "signs alone": '!"#$ %&\'( )*+, !-./ #$%& "#(!$ &%$# *)(+ '.repeat(10),
      "UTF-8 taken for Latin-1": Buffer.from(
        `${german} ÄÖÜ äöü ß `.repeat(2) + "äöüß".repeat(8),
      ).toString("latin1"),
    }),
  )("does not take for text: %s", (_name, text) => {
    expect(textQuality(text)).toBeLessThan(leastQuality);
  });

  it("does not judge by few words", () => {
    expect(textQuality("Xzqwrt bnm")).toBe(1);
  });
});

describe("pageQuality", () => {
  it.each([
    ["nothing at all", { text: "", drawn: false, pictures: 0 }, 1],
    ["a scan", { text: "", drawn: true, pictures: 1 }, 0],
    ["letters drawn as outlines", { text: " · ", drawn: true, pictures: 0 }, 0],
    ["text", { text: prose, drawn: true, pictures: 0 }, 1],
    ["text over a picture as large as the page", { text: prose, drawn: true, pictures: 1 }, 1],
    ["a short title", { text: "Annual report", drawn: true, pictures: 0.2 }, 1],
  ])("of %s", (_name, signs, expected) => {
    expect(pageQuality({ unknownShare: 0, ...signs })).toBe(expected);
  });

  it("is too low for a scan with a stamp or a page number", () => {
    const signs = {
      text: "Case 17/2019, sheet 4",
      drawn: true,
      unknownShare: 0,
      pictures: 0.95,
    };
    expect(pageQuality(signs)).toBeLessThan(leastQuality);
  });

  it("is nothing where most glyphs are unknown, whatever the rest says", () => {
    const signs = { text: prose, drawn: true, pictures: 0 };
    expect(pageQuality({ ...signs, unknownShare: 0.8 })).toBe(0);
    expect(pageQuality({ ...signs, unknownShare: 0.05 })).toBe(1);
  });
});

describe("contentOf", () => {
  it.each([
    ["text", { text: prose, drawn: true, unknownShare: 0 }, "text"],
    ["text with a few unknown signs", { text: prose, drawn: true, unknownShare: 0.1 }, "text"],
    ["headings above unknown text", { text: "Abstract", drawn: true, unknownShare: 0.8 }, "glyphs"],
    [
      "signs in place of letters",
      { text: "«“√ “√«‘™“°“√", drawn: true, unknownShare: 0 },
      "glyphs",
    ],
    ["leaders and lines", { text: "..... ___ ---", drawn: true, unknownShare: 0 }, "images"],
    ["a picture", { text: "", drawn: true, unknownShare: 0 }, "images"],
    ["nothing", { text: "", drawn: false, unknownShare: 0 }, "blank"],
  ] as const)("of %s", (_name, signs, expected) => {
    expect(contentOf(signs)).toBe(expected);
  });
});
