import type { SeededRandom } from "./SeededRandom.ts";

const begins =
  "Bral Dren Fenn Gor Hask Jev Kess Lum Mor Nev Orr Pell Quen Rav Sul Tarn Ulm Vesk Wen Yor Zan".split(
    " ",
  );
const middles = "a e i o u ai or un el ith ar on".split(" ");
const ends = "dale mere wick ford stad heim tova rica lund mora vik ness gard bury".split(" ");
const firstNames =
  "Adla Brem Corvin Dessa Elgar Fiora Gret Halvor Isen Jorun Kalia Lorn Mirel Nadja Oswin Petra Quill Runa Sorin Tilde Ubba Vanja Wilm Xenia Yrsa Zeno".split(
    " ",
  );
const nameEnds = "sen by quist ander holt mann ik rud sted vall ault erby".split(" ");

/** Makes names that exist nowhere, none twice. */
export class InventedNames {
  readonly #random: SeededRandom;
  readonly #given = new Set<string>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Such as "Drenithmora". */
  place(): string {
    return this.#new(() => this.#part(begins) + this.#part(middles) + this.#part(ends));
  }

  /** One that differs from the given place by its middle alone. */
  lookAlike(place: string): string {
    const begin = begins.find((one) => place.startsWith(one)) ?? "";
    const end = ends.findLast((one) => place.endsWith(one)) ?? "";
    return this.#new(() => begin + this.#part(middles) + this.#part(middles) + end);
  }

  /** Such as "Runa Kessquist". */
  person(): string {
    return this.#new(
      () => `${this.#part(firstNames)} ${this.#part(begins)}${this.#part(nameEnds)}`,
    );
  }

  /** A thing's name, such as "velunite". */
  thing(ending: string): string {
    return this.#new(() => `${this.#part(begins).toLowerCase()}${this.#part(middles)}${ending}`);
  }

  #part(list: readonly string[]): string {
    return this.#random.pick(list);
  }

  #new(make: () => string): string {
    for (let tries = 0; tries < 10_000; tries++) {
      const name = make();
      if (this.#given.has(name)) continue;
      this.#given.add(name);
      return name;
    }
    throw new RangeError("There are no more names to invent.");
  }
}
